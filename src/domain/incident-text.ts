// What an incident of a monitor says of itself, in sentences for people.

import type { BreachKind, SlaEvidence } from '../contract/incident.ts';
import type { Check } from '../contract/monitor.ts';

export const titleOf = (kind: BreachKind, monitorName: string): string =>
  kind === 'outage' ? `${monitorName} is down` : `${monitorName} misses its SLA`;

function reasonOf({ error, status }: Check): string {
  switch (error) {
    case 'network_error':
      return 'no connection';
    case 'timeout':
      return 'no answer in time';
    case 'unexpected_status':
      return `status ${status}`;
    case 'text_missing':
      return 'the expected text is missing';
    case 'url_not_allowed':
      return 'the URL may not be called';
    case null:
      return 'it answered';
    default:
      return error satisfies never;
  }
}

/** Of a breach, by its newest checks, oldest first. */
export function summaryOf(
  { checks, failures }: { readonly checks: readonly Check[]; readonly failures: number },
  sla: SlaEvidence | null,
): string {
  if (sla === null) {
    const last = checks.at(-1);
    const reason = last === undefined ? 'no answer' : reasonOf(last);
    return `${failures} ${failures === 1 ? 'check' : 'checks in a row'} failed; the last: ${reason}.`;
  }
  const { objective, availability, latencyMs } = sla;
  const parts = [
    ...(objective.availability !== null && availability < objective.availability
      ? [`${availability} % of ${sla.checks} checks were good, below ${objective.availability} %`]
      : []),
    ...(objective.latencyMs !== null && latencyMs !== null && latencyMs > objective.latencyMs
      ? [`95 in 100 answers took up to ${latencyMs} ms, above ${objective.latencyMs} ms`]
      : []),
  ];
  return `In ${objective.windowMinutes} minutes ${parts.join('; ')}.`;
}
