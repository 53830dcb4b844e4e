// Server-sent events out of the frames of a task's socket. The Worker is stateless: the object keeps
// the cursor and may sleep, this only changes the wrapping.

const COMMENT_MS = 15_000;
/** A reader that lags further behind is let go; it comes back with its `Last-Event-ID`. */
const BACKLOG_BYTES_MAX = 4_194_304;
const NORMAL_CLOSURE = 1_000;

/** The stream over this socket; an answer without a socket (a refusal) goes out as it is. */
export function openEventStream(answer: Response, untilEnd: boolean): Response {
  const socket = answer.webSocket;
  if (!socket) return answer;
  return new Response(eventStream(socket, untilEnd), {
    headers: { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store' },
  });
}

/** One frame as one server-sent event; the first frame, `task:state`, is no event of the log. */
export function formatEvent(frame: string): string | null {
  const event = parseFrame(frame);
  if (event === null) return null;
  const id = event.type === 'task:state' ? '' : `id: ${event.seq}\n`;
  const lines = frame.split(/\r\n|\n|\r/).map((line) => `data: ${line}\n`);
  return `${id}event: ${event.type}\n${lines.join('')}\n`;
}

function eventStream(socket: WebSocket, untilEnd: boolean): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let open = true;
  let timer: ReturnType<typeof setInterval> | undefined;
  const stop = () => {
    open = false;
    clearInterval(timer);
  };
  const start = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    const send = (text: string) => {
      if (open && text !== '') controller.enqueue(encoder.encode(text));
    };
    const finish = () => {
      if (open) controller.close();
      stop();
    };
    socket.addEventListener('message', ({ data }) => {
      send((typeof data === 'string' && formatEvent(data)) || '');
      if (!open || (controller.desiredSize ?? 0) > 0) return;
      finish();
      socket.close(NORMAL_CLOSURE, 'Too far behind');
    });
    socket.addEventListener('close', ({ code }) => {
      if (untilEnd && code === NORMAL_CLOSURE) send('event: end\ndata: {}\n\n');
      finish();
    });
    socket.addEventListener('error', finish);
    timer = setInterval(() => send(':\n\n'), COMMENT_MS);
    socket.accept();
  };
  const cancel = () => {
    stop();
    socket.close(NORMAL_CLOSURE, 'The reader has gone');
  };
  const strategy = new ByteLengthQueuingStrategy({ highWaterMark: BACKLOG_BYTES_MAX });
  return new ReadableStream<Uint8Array>({ start, cancel }, strategy);
}

function parseFrame(frame: string): { type: string; seq: number } | null {
  try {
    const value: unknown = JSON.parse(frame);
    if (typeof value !== 'object' || value === null) return null;
    if (!('type' in value) || typeof value.type !== 'string') return null;
    return { type: value.type, seq: 'seq' in value ? Number(value.seq) : 0 };
  } catch {
    return null;
  }
}
