// One request in seven languages, each with nothing but what the language brings. Pure.

export interface Asked {
  readonly method: string;
  readonly url: string;
  /** Without the credential, which comes from the environment. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | null;
  /** Whether somebody has to be known. */
  readonly needsToken: boolean;
}

/** For a POSIX shell: nothing in it is taken for anything but itself. */
const shell = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
/** A JSON text is a literal of JavaScript, Python, Go and Java too. */
const literal = (text: string): string => JSON.stringify(text);
/** In Ruby a `#` may begin code. */
const ruby = (text: string): string => literal(text).replaceAll('#', '\\#');

const lines = (...parts: readonly (string | readonly string[])[]): string =>
  parts.flat().join('\n');

const curl = ({ method, url, headers, body, needsToken }: Asked): string =>
  [
    `curl ${method === 'GET' ? '' : `-X ${method} `}${shell(url)}`,
    ...(needsToken ? ['-H "Authorization: Bearer $SLUICE_TOKEN"'] : []),
    ...headers.map(([name, value]) => `-H ${shell(`${name}: ${value}`)}`),
    ...(body === null ? [] : [`-d ${shell(body)}`]),
  ].join(' \\\n  ');

const http = ({ method, url, headers, body, needsToken }: Asked): string => {
  const { host, pathname, search } = new URL(url);
  return lines(
    `${method} ${decodeURI(pathname)}${search} HTTP/1.1`,
    `Host: ${host}`,
    needsToken ? ['Authorization: Bearer <token>'] : [],
    headers.map(([name, value]) => `${name}: ${value}`),
    body === null ? [] : ['', body],
  );
};

const javascript = ({ method, url, headers, body, needsToken }: Asked): string =>
  lines(
    `const answer = await fetch(${literal(url)}, {`,
    `  method: ${literal(method)},`,
    '  headers: {',
    needsToken ? ['    "Authorization": "Bearer " + process.env.SLUICE_TOKEN,'] : [],
    headers.map(([name, value]) => `    ${literal(name)}: ${literal(value)},`),
    '  },',
    body === null ? [] : [`  body: ${literal(body)},`],
    '});',
    'console.log(answer.status, await answer.text());',
  );

const python = ({ method, url, headers, body, needsToken }: Asked): string =>
  lines(
    needsToken ? ['import os'] : [],
    'import urllib.request',
    '',
    'request = urllib.request.Request(',
    `    ${literal(url)},`,
    `    method=${literal(method)},`,
    '    headers={',
    needsToken ? ['        "Authorization": "Bearer " + os.environ["SLUICE_TOKEN"],'] : [],
    headers.map(([name, value]) => `        ${literal(name)}: ${literal(value)},`),
    '    },',
    body === null ? [] : [`    data=${literal(body)}.encode(),`],
    ')',
    'with urllib.request.urlopen(request) as answer:',
    '    print(answer.status, answer.read().decode())',
  );

const go = ({ method, url, headers, body, needsToken }: Asked): string =>
  lines(
    body === null
      ? `request, err := http.NewRequest(${literal(method)}, ${literal(url)}, nil)`
      : [
          `body := strings.NewReader(${literal(body)})`,
          `request, err := http.NewRequest(${literal(method)}, ${literal(url)}, body)`,
        ],
    'if err != nil {',
    '\tlog.Fatal(err)',
    '}',
    needsToken ? ['request.Header.Set("Authorization", "Bearer "+os.Getenv("SLUICE_TOKEN"))'] : [],
    headers.map(([name, value]) => `request.Header.Set(${literal(name)}, ${literal(value)})`),
    'answer, err := http.DefaultClient.Do(request)',
    'if err != nil {',
    '\tlog.Fatal(err)',
    '}',
    'defer answer.Body.Close()',
    'text, err := io.ReadAll(answer.Body)',
    'fmt.Println(answer.Status, string(text), err)',
  );

const java = ({ method, url, headers, body, needsToken }: Asked): string =>
  lines(
    `var request = HttpRequest.newBuilder(URI.create(${literal(url)}))`,
    needsToken ? ['    .header("Authorization", "Bearer " + System.getenv("SLUICE_TOKEN"))'] : [],
    headers.map(([name, value]) => `    .header(${literal(name)}, ${literal(value)})`),
    `    .method(${literal(method)}, ${
      body === null ? 'BodyPublishers.noBody()' : `BodyPublishers.ofString(${literal(body)})`
    })`,
    '    .build();',
    'var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());',
    'System.out.println(answer.statusCode() + " " + answer.body());',
  );

const inRuby = ({ method, url, headers, body, needsToken }: Asked): string =>
  lines(
    'require "net/http"',
    '',
    `uri = URI(${ruby(url)})`,
    `request = Net::HTTP::${method.charAt(0)}${method.slice(1).toLowerCase()}.new(uri)`,
    needsToken ? ['request["Authorization"] = "Bearer #{ENV.fetch("SLUICE_TOKEN")}"'] : [],
    headers.map(([name, value]) => `request[${ruby(name)}] = ${ruby(value)}`),
    body === null ? [] : [`request.body = ${ruby(body)}`],
    'http = Net::HTTP.new(uri.host, uri.port)',
    'http.use_ssl = uri.scheme == "https"',
    'answer = http.request(request)',
    'puts answer.code, answer.body',
  );

/** By the name of its tab. */
export const SAMPLES: Readonly<Record<string, (asked: Asked) => string>> = {
  curl,
  HTTP: http,
  JavaScript: javascript,
  Python: python,
  Go: go,
  Java: java,
  Ruby: inRuby,
};
