// What every test file begins with.

import { beginAnew } from './begin-anew.ts';

await beginAnew();
