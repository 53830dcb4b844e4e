// One shell, as in one terminal: what a block sets, the next one knows.
import { randomBytes } from 'node:crypto';
import { type Started, start } from './started.ts';
import { until } from './until.ts';

interface Told {
  readonly code: number;
  readonly stdout: string;
}

export class ShellSession {
  readonly #shell: Started;

  constructor(cwd: string, env: NodeJS.ProcessEnv) {
    this.#shell = start({ command: 'bash', args: ['--noprofile', '--norc'], cwd, env });
  }

  /** Runs lines in this shell; the exit code is that of the last of them. */
  async run(script: string, withinMs: number): Promise<Told> {
    const mark = `done-${randomBytes(8).toString('hex')}`;
    const from = this.#shell.stdout().length;
    this.#shell.write(`${script}\nprintf '\\n${mark} %s\\n' "$?"\n`);
    const pattern = new RegExp(`\\n${mark} (\\d+)\\n`);
    const match = await until(
      () => {
        const found = pattern.exec(this.#shell.stdout().slice(from));
        if (found === null && this.#shell.hasEnded()) throw new Error(this.#shell.output());
        return found ?? undefined;
      },
      { what: `this block ends:\n${script}`, withinMs },
    );
    const stdout = this.#shell.stdout().slice(from, from + match.index);
    return { code: Number(match[1]), stdout };
  }

  /** Ends the shell and all it left running. */
  end(): Promise<void> {
    return this.#shell.kill();
  }
}
