// The browser's half of a ceremony: the server's challenge to the authenticator, and its answer back.

/** A sentence for the person, out of what the server or the browser has refused. */
export class Refused extends Error {}

/**
 * Asks this server. Throws `Refused` with the server's own sentence.
 * @param {string} path
 * @param {object} body
 * @returns {Promise<Record<string, unknown>>} the JSON of the answer, empty where there is none
 */
export async function post(path, body) {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => {
    throw new Refused('The server does not answer. Try again.');
  });
  const text = await answer.text();
  const found = text === '' ? {} : JSON.parse(text);
  if (!answer.ok) throw new Refused(String(found.error ?? 'The server refused.'));
  return found;
}

/** @param {string} text base64url */
const decode = (text) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (digit) =>
    digit.charCodeAt(0),
  );

/** @param {ArrayBuffer} buffer */
const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** @param {readonly { id: string }[]} [list] */
const decodeAll = (list = []) => list.map((item) => ({ ...item, id: decode(item.id) }));

/** @param {any} options as the server sends them (WebAuthn §5.1.8) */
const readOptions = (options) => ({
  ...options,
  challenge: decode(options.challenge),
  ...(options.user && { user: { ...options.user, id: decode(options.user.id) } }),
  ...(options.excludeCredentials && { excludeCredentials: decodeAll(options.excludeCredentials) }),
  ...(options.allowCredentials && { allowCredentials: decodeAll(options.allowCredentials) }),
});

/** @param {any} credential what the authenticator has made */
const writeCredential = ({ id, rawId, type, response }) => ({
  id,
  rawId: encode(rawId),
  type,
  response: {
    clientDataJSON: encode(response.clientDataJSON),
    ...(response.attestationObject && { attestationObject: encode(response.attestationObject) }),
    ...(response.getTransports && { transports: response.getTransports() }),
    ...(response.authenticatorData && { authenticatorData: encode(response.authenticatorData) }),
    ...(response.signature && { signature: encode(response.signature) }),
    ...(response.userHandle && { userHandle: encode(response.userHandle) }),
  },
});

/** @param {unknown} error */
const explain = (error) => {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError') return 'It was cancelled or took too long. Try again.';
  if (name === 'InvalidStateError') return 'This device has a passkey of yours already.';
  return 'This browser could not use a passkey.';
};

/**
 * The whole of a ceremony. Throws `Refused`.
 * @param {'signin' | 'stepUp' | 'register'} purpose
 * @returns {Promise<Record<string, unknown>>} what the server answers: recovery codes, or nothing
 */
export async function perform(purpose) {
  if (!window.PublicKeyCredential) throw new Refused('This browser knows no passkeys.');
  const { ceremonyId, publicKey } = await post('/v1/auth/passkeys/options', { purpose });
  const options = { publicKey: readOptions(publicKey) };
  const { credentials } = navigator;
  const asked = purpose === 'register' ? credentials.create(options) : credentials.get(options);
  const credential = await asked.catch((error) => {
    throw new Refused(explain(error));
  });
  const body = { ceremonyId, credential: writeCredential(credential) };
  return post('/v1/auth/passkeys/verify', body);
}
