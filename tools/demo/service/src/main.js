import { makeServer } from './server.js';

const port = Number(process.env['PORT'] ?? 8080);

makeServer().listen(port, () => console.log(`Listening on http://localhost:${port}`));
