import { render } from 'preact';
import './style/tokens.css';
import './style/page.css';
import './style/parts.css';
import { start } from './api/session.ts';
import { Shell } from './shell/shell.tsx';

void start();
const root = document.getElementById('app');
if (root !== null) render(<Shell />, root);
