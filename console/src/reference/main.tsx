import { render } from 'preact';
import '../style/tokens.css';
import '../style/page.css';
import '../style/parts.css';
import './reference.css';
import { Reference } from './reference.tsx';

const root = document.getElementById('app');
if (root !== null) render(<Reference />, root);
