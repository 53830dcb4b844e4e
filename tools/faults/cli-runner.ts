// `sluice run` as a process of its own, with a quick agent, which can be killed, frozen and let go on.
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Child, startChild } from '../child-process.ts';
import { PACKAGE_ROOT } from '../package-root.ts';
import { endOf, sayUnder } from './marks.ts';
import { killAll, signalAll, treeOf } from './process-tree.ts';

const GRACE_S = 1;
const END_MS = 15_000;

/**
 * Says where it is, makes a file where it is to change something, and takes its time where there is a file `slow` in the
 * folder of its runner.
 */
const AGENT = `cat > /dev/null
n=0
say() { n=$((n + 1)); echo "${sayUnder('$SLUICE_WORK_ID', '$n')}"; }
say
case "$APEX_STAGE" in
  fix|implementation|refactor)
    if [ -e "$1/slow" ]; then
      echo "$APEX_TASK_ID" > "$1/at"
      while [ -e "$1/slow" ] && [ $n -lt 600 ]; do say; sleep 0.2; done
    fi
    mkdir -p work
    echo "$APEX_TASK_ID $APEX_STAGE" > "work/$APEX_TASK_ID.txt"
    say
    sleep "$2"
    ;;
esac
say
echo "${endOf('$SLUICE_WORK_ID')}"`;

export interface CliOptions {
  readonly name: string;
  readonly url: string;
  readonly projectId: string;
  readonly repoDir: string;
  /** Where its log is, and what steers its agent. */
  readonly dir: string;
  /** Shared by all runners of this machine, as it is where people start several. */
  readonly stateDir: string;
  readonly concurrency?: number;
  /** How long its agent takes in a stage that writes. */
  readonly workSeconds?: number;
  /** An entry of the environment that all it starts inherits. */
  readonly brand: readonly [name: string, value: string];
}

const environment = ({ stateDir, brand: [name, value] }: CliOptions): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(([key]) => !/^(?:SLUICE_|APEX_|GIT_|npm_|VITEST)/.test(key)),
  ),
  XDG_STATE_HOME: stateDir,
  NO_COLOR: '1',
  [name]: value,
});

export class CliRunner {
  readonly dir: string;
  readonly name: string;
  readonly #child: Child;
  #output = '';
  #hasEnded = false;

  constructor(options: CliOptions) {
    const { name, url, projectId, repoDir, dir, concurrency = 1, workSeconds = 0 } = options;
    this.name = name;
    this.dir = dir;
    mkdirSync(dir, { recursive: true });
    const log = join(dir, 'log.txt');
    this.#child = startChild({
      command: process.execPath,
      args: [
        ...[join(PACKAGE_ROOT, 'cli', 'sluice.js'), 'run', '--url', url, '--repo', repoDir],
        ...['--project', projectId, '--name', name, '--grace', String(GRACE_S)],
        ...['--concurrency', String(concurrency)],
        ...['--', 'sh', '-c', AGENT, 'sh', dir, String(workSeconds)],
      ],
      cwd: repoDir,
      env: environment(options),
      output: (text) => {
        this.#output += text;
        appendFileSync(log, text);
      },
    });
    void this.#child.ended.then(() => {
      this.#hasEnded = true;
    });
  }

  /** All that it has said. */
  get output(): string {
    return this.#output;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** SIGKILL to the runner alone, or to its agents and all their children too. */
  async kill(reach: 'runner' | 'all'): Promise<void> {
    await killAll(this.#entries(reach));
    await this.#child.ended;
  }

  freeze(reach: 'runner' | 'all'): () => void {
    const entries = this.#entries(reach);
    signalAll(entries, 'SIGSTOP');
    return () => signalAll(entries, 'SIGCONT');
  }

  /** Asked once it takes no more work; asked twice its agents end and its tasks go back. */
  async end(): Promise<void> {
    await this.#child.end(END_MS);
  }

  #entries(reach: 'runner' | 'all') {
    const { pid } = this.#child;
    if (pid === undefined || this.#hasEnded) return [];
    const tree = treeOf([pid]);
    return reach === 'all' ? tree : tree.filter((entry) => entry.pid === pid);
  }
}
