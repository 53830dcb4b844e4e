// The HTTP surface, assembled, and the one place where a refusal becomes a response.

import type { Context } from 'hono';
import { refuse } from './contract/error.ts';
import { logLine } from './contract/log-line.ts';
import type { AppEnv } from './middleware/app-env.ts';
import { entrance } from './middleware/entrance.ts';
import { settleRefusal } from './middleware/kept-refusal.ts';
import { writeOAuthRefusal } from './middleware/oauth-answer.ts';
import { oauthRefusalOf } from './middleware/oauth-refusal.ts';
import { ApiError, writeRefusal } from './middleware/refusal.ts';
import { clientRequestId } from './middleware/request-id.ts';
import { acceptances } from './routes/accept-invitation.ts';
import { agents } from './routes/agents.ts';
import { artifacts } from './routes/artifacts.ts';
import { audit } from './routes/audit.ts';
import { authorization } from './routes/authorize.ts';
import { board } from './routes/board.ts';
import { bootstraps } from './routes/bootstrap.ts';
import { budgets } from './routes/budgets.ts';
import { clientDoors } from './routes/client-doors.ts';
import { clientSecrets } from './routes/client-secrets.ts';
import { clients } from './routes/clients.ts';
import { config } from './routes/config.ts';
import { consolePages } from './routes/console.ts';
import { controls } from './routes/control.ts';
import { daemon } from './routes/daemon.ts';
import { noteDeniedWrite } from './routes/denied-write.ts';
import { deploymentChanges } from './routes/deployment-changes.ts';
import { deployments } from './routes/deployments.ts';
import { device } from './routes/device.ts';
import { docs } from './routes/docs.ts';
import { serveDocument } from './routes/document.ts';
import { environments } from './routes/environments.ts';
import { events } from './routes/events.ts';
import { exports } from './routes/export.ts';
import { gateRequests } from './routes/gate-requests.ts';
import { gateVotes } from './routes/gate-votes.ts';
import { gates } from './routes/gates.ts';
import { grants } from './routes/grants.ts';
import { health } from './routes/health.ts';
import { inbox } from './routes/inbox.ts';
import { incidents } from './routes/incidents.ts';
import { invitations } from './routes/invitations.ts';
import { jwks } from './routes/jwks.ts';
import { leases } from './routes/leases.ts';
import { listen } from './routes/listen.ts';
import { listing } from './routes/listing.ts';
import { logs } from './routes/logs.ts';
import { me } from './routes/me.ts';
import { members } from './routes/members.ts';
import { messages } from './routes/messages.ts';
import { methodTable } from './routes/methods.ts';
import { metrics } from './routes/metrics.ts';
import { monitorChecks } from './routes/monitor-checks.ts';
import { monitors } from './routes/monitors.ts';
import { oauthMetadata } from './routes/oauth-metadata.ts';
import { oauthTokens } from './routes/oauth-tokens.ts';
import { appsPage } from './routes/pages/account/apps-page.ts';
import { clientPage } from './routes/pages/account/client-page.ts';
import { newClientPage } from './routes/pages/account/new-client-page.ts';
import { projectPage } from './routes/pages/account/project-page.ts';
import { projectsPage } from './routes/pages/account/projects-page.ts';
import { tokensPage } from './routes/pages/account/tokens-page.ts';
import { accountPage } from './routes/pages/account-page.ts';
import { pageAssets } from './routes/pages/assets.ts';
import { enrollPages } from './routes/pages/enroll-page.ts';
import { gatePage } from './routes/pages/gate-page.ts';
import { inboxPage } from './routes/pages/inbox-page.ts';
import { signinPage } from './routes/pages/signin-page.ts';
import { passkeys } from './routes/passkeys.ts';
import { platformEvents } from './routes/platform-events.ts';
import { problems } from './routes/problems.ts';
import { projects } from './routes/projects.ts';
import { receiptKeys } from './routes/receipt-keys.ts';
import { receipts } from './routes/receipts.ts';
import { reports } from './routes/reports.ts';
import { createRouter } from './routes/router.ts';
import { runnerSocket } from './routes/runner-socket.ts';
import { runners } from './routes/runners.ts';
import { session } from './routes/session.ts';
import { shelves } from './routes/shelves.ts';
import { signins } from './routes/signins.ts';
import { standing } from './routes/standing.ts';
import { StaticFirstRouter } from './routes/static-first-router.ts';
import { stream } from './routes/stream.ts';
import { streamTickets } from './routes/stream-tickets.ts';
import { subtasks } from './routes/subtasks.ts';
import { tasks } from './routes/tasks.ts';
import { templates } from './routes/templates.ts';
import { tokenLeaks } from './routes/token-leaks.ts';
import { tokens } from './routes/tokens.ts';
import { upstream } from './routes/upstream.ts';
import { webhookDeliveries } from './routes/webhook-deliveries.ts';
import { webhookKeys } from './routes/webhook-keys.ts';
import { webhookVerify } from './routes/webhook-verify.ts';
import { webhooks } from './routes/webhooks.ts';
import { workflows } from './routes/workflows.ts';

const ROUTERS = [
  health,
  daemon,
  docs,
  consolePages,
  problems,
  jwks,
  receiptKeys,
  oauthMetadata,
  oauthTokens,
  // Before the routes whose parameters would take their words for ids.
  shelves,
  board,
  tasks,
  subtasks,
  templates,
  reports,
  controls,
  budgets,
  gates,
  inbox,
  receipts,
  exports,
  standing,
  gateRequests,
  gateVotes,
  events,
  logs,
  artifacts,
  leases,
  session,
  runnerSocket,
  messages,
  stream,
  agents,
  workflows,
  config,
  runners,
  listing,
  passkeys,
  signins,
  tokens,
  bootstraps,
  authorization,
  projects,
  signinPage,
  enrollPages,
  accountPage,
  projectsPage,
  projectPage,
  newClientPage,
  clientPage,
  tokensPage,
  appsPage,
  inboxPage,
  gatePage,
  pageAssets,
  environments,
  deployments,
  deploymentChanges,
  clients,
  clientSecrets,
  me,
  streamTickets,
  clientDoors,
  device,
  grants,
  upstream,
  members,
  invitations,
  acceptances,
  tokenLeaks,
  audit,
  // Before the routes that would take `listen` for the id of an endpoint.
  listen,
  webhooks,
  webhookDeliveries,
  webhookVerify,
  webhookKeys,
  platformEvents,
  metrics,
  monitors,
  monitorChecks,
  incidents,
];

export const app = createRouter(new StaticFirstRouter());

app.use(entrance);
for (const router of ROUTERS) app.route('/', router);
serveDocument(app);

const methodsOf = methodTable(app.routes);

app.notFound((c) => {
  const methods = methodsOf(c.req.path);
  if (methods.length === 0) {
    return writeRefusal(c, new ApiError(refuse('not_found', 'Not found').refusal));
  }
  const headers = { Allow: methods.join(', ') };
  if (c.req.method === 'OPTIONS') return new Response(null, { status: 204, headers });
  const { refusal } = refuse('method_not_allowed', `${c.req.method} is not allowed here`);
  return writeRefusal(c, new ApiError(refusal, headers));
});

app.onError(async (error, c) => {
  if (error instanceof ApiError) {
    await noteDeniedWrite(c, error);
    return writeError(c, await settleRefusal(c, error));
  }
  logFault(error, c);
  // D1 says so itself; what needs it can be asked again, and nothing was half done.
  if (error.message.startsWith('D1_ERROR')) {
    const away = refuse('unavailable', 'The database is away at the moment.');
    return writeError(c, new ApiError(away.refusal));
  }
  return writeRefusal(c, new ApiError(refuse('internal', 'A fault of the server.').refusal));
});

function writeError(c: Context<AppEnv>, error: ApiError): Response {
  const refusal = oauthRefusalOf(c.req.path, error.refusal);
  return refusal === null ? writeRefusal(c, error) : writeOAuthRefusal(c, refusal);
}

/** One line of JSON a fault, so that no text in it can forge another line. */
function logFault(error: Error, c: Context<AppEnv>): void {
  const entry = {
    level: 'error',
    requestId: c.get('requestId'),
    clientRequestId: clientRequestId(c.req.header('X-Request-ID')),
    method: c.req.method,
    path: c.req.path,
    error: error.message,
    stack: error.stack,
  };
  console.error(logLine(entry));
}
