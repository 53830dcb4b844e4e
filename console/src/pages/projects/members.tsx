import type { Member } from '../../../../src/contract/member.ts';
import { ask } from '../../api/ask.ts';
import { useListing } from '../../api/listing.ts';
import { me } from '../../api/session.ts';
import { Ago } from '../../parts/ago.tsx';
import { useAsking } from '../../parts/asking.ts';
import { InCode } from '../../parts/code.tsx';
import { later } from '../../parts/later.tsx';
import { More } from '../../parts/more.tsx';
import { plain } from '../../parts/plain.ts';
import { Read } from '../../parts/read.tsx';
import { Sure } from '../../parts/sure.tsx';
import { Table } from '../../parts/table.tsx';
import { Why } from '../../parts/why.tsx';
import { say } from '../../shell/toast.tsx';
import { ifMatch, mayManage, ROLES, type Shown } from './shown.ts';

const Invitations = later(() => import('./invitations.tsx').then(({ Invitations: view }) => view));

export function Members({ project, again }: Shown) {
  const path = `/v1/projects/${project.id}`;
  const members = useListing<Member>(`${path}/members`);
  const isManager = mayManage(project);
  const changed = (): void => {
    members.again();
    again();
  };
  return (
    <>
      <Read of={members}>
        {(rows) => (
          <Table label="Members" heads={['Who', 'Kind', 'Role', 'Since', '']}>
            {rows.map((member) => (
              <Row
                key={member.principalId}
                path={`${path}/members/${member.principalId}`}
                member={member}
                isManager={isManager}
                changed={changed}
              />
            ))}
          </Table>
        )}
      </Read>
      <More of={members} />
      {isManager && <Invitations path={`${path}/invitations`} />}
      <InCode
        calls={[
          { does: 'List the members', method: 'GET', path: `${path}/members` },
          {
            does: 'Invite a person; the answer has the link, once',
            method: 'POST',
            path: `${path}/invitations`,
            body: { email: 'bo@example.com', role: 'developer' },
          },
        ]}
      />
    </>
  );
}

interface RowProps {
  readonly path: string;
  readonly member: Member;
  readonly isManager: boolean;
  readonly changed: () => void;
}

function Row({ path, member, isManager, changed }: RowProps) {
  const { isAsking, refusal, run } = useAsking();
  const name = plain(member.name);
  const isMe = member.principalId === me.value?.principal.id;
  const change = (role: string): void =>
    void run(
      () => ask('PUT', path, { ...ifMatch(member), body: { role } }),
      () => {
        say(`${name} is ${role} now.`);
        changed();
      },
    );
  return (
    <tr>
      <th scope="row">
        {name} {isMe && <strong class="ok">you</strong>}
        <div class="small muted">{plain(member.email ?? member.principalId)}</div>
      </th>
      <td>{member.kind}</td>
      <td>
        {isManager ? (
          <select
            aria-label={`The role of ${name}`}
            disabled={isAsking}
            value={member.role}
            onChange={(event) => change(event.currentTarget.value)}
          >
            {ROLES.map((role) => (
              <option key={role}>{role}</option>
            ))}
          </select>
        ) : (
          member.role
        )}
        <Why refusal={refusal} />
      </td>
      <td>
        <Ago at={member.createdAt} suffix=" ago" />
      </td>
      <td>
        {(isManager || isMe) && (
          <Sure
            label={isMe ? 'Leave the project' : `Remove ${name}`}
            title={isMe ? 'Leave this project?' : `Remove ${name}?`}
            text="What was theirs to see here is out of their sight at once."
            ask={() => ask('DELETE', path, ifMatch(member))}
            done={changed}
          >
            {isMe ? 'Leave' : 'Remove'}
          </Sure>
        )}
      </td>
    </tr>
  );
}
