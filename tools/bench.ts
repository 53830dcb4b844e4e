export { run } from '../bench/run.ts';
