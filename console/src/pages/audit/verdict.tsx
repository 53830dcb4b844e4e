import type { Receipt } from '../../../../src/contract/receipt.ts';
import { warningsOf } from '../../../../verify/report.ts';
import { count } from '../../parts/number.ts';
import { plain } from '../../parts/plain.ts';
import { Status } from '../../parts/status.tsx';
import { Table } from '../../parts/table.tsx';
import type { Checked } from './check-bundle.ts';

/** Whether the export holds, what it proves, or the first line that is wrong. */
export function Verdict({ checked }: { readonly checked: Checked }) {
  if (!checked.isGood) {
    return (
      <section class="panel stack" role="alert">
        <h2>
          <Status status="failed" text={`Line ${count(checked.line)} does not hold`} />
        </h2>
        <p>In it, {plain(checked.why)}. The export is not what was signed.</p>
      </section>
    );
  }
  const { task, iss, lastSeq, blocks, pruned, receipts, checkpoints, artifacts } = checked.found;
  return (
    <section class="panel stack" role="status">
      <h2>
        <Status status="completed" text="Proven" />
      </h2>
      <p>It is what was signed, by the keys that you trust.</p>
      <dl class="facts">
        <Fact name="Task" value={plain(task)} />
        <Fact name="Server" value={plain(iss)} />
        <Fact name="Events" value={count(lastSeq)} />
        <Fact name="Blocks, each after the one before it" value={count(blocks)} />
        <Fact name="Checkpoints" value={count(checkpoints)} />
        <Fact name="Artifacts" value={count(artifacts)} />
        <Fact name="Receipts" value={count(receipts.length)} />
      </dl>
      {pruned && <p class="muted">Old log lines are gone; the chain holds without them.</p>}
      {warningsOf(checked.found).map((warning) => (
        <p key={warning} class="wait">
          {warning}
        </p>
      ))}
      {receipts.length > 0 && (
        <Table label="Receipts" heads={['When', 'Gate', 'What', 'By whom', 'Action']}>
          {receipts.map((receipt) => (
            <Row key={receipt.jti} receipt={receipt} />
          ))}
        </Table>
      )}
    </section>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Row({ receipt }: { readonly receipt: Receipt }) {
  const { iat, gate, kind, decision, votes, consumed, actionHash } = receipt;
  const at = new Date(iat * 1_000).toISOString();
  const by = consumed === null ? votes.map(({ sub }) => sub).join(', ') || 'nobody' : consumed.sub;
  return (
    <tr>
      <td>
        <time dateTime={at}>{at}</time>
      </td>
      <th scope="row">{plain(gate.name)}</th>
      <td>{kind === 'gate.consumed' ? 'used' : decision}</td>
      <td>{plain(by)}</td>
      <td class="id">{actionHash.slice(0, 18)}…</td>
    </tr>
  );
}
