// URLs that nobody may make the server call, for a deployment at https://sluice.acme.com.

/** Each as somebody might send it who wants to reach what is inside. */
export const HOSTILE: readonly string[] = [
  // No URL, or none that is fetched.
  ...['', 'example.com', '//example.com/x', '/x', 'https://', 'https:///', 'https://exa mple.com/'],
  ...['ftp://example.com/', 'file:///etc/passwd', 'gopher://example.com/', 'data:text/plain,x'],
  ...['http://example.com/', 'HTTP://example.com/', 'javascript:alert(1)', 'ws://example.com/'],
  // A person in it.
  ...['https://user@example.com/', 'https://user:word@example.com/', 'https://:word@example.com/'],
  ...[
    'https://@example.com/',
    'https://example.com@127.0.0.1/',
    'https://example.com%40evil.com@x.io/',
  ],
  // Other doors.
  ...['https://example.com:80/', 'https://example.com:22/', 'https://example.com:6379/'],
  ...['https://example.com:8444/', 'https://example.com:65535/', 'https://example.com:99999/'],
  // Addresses, in every way to write them.
  ...[
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
  ],
  ...[
    'https://0x7f000001/',
    'https://017700000001/',
    'https://127.0.0.1./',
    'https://0/',
    'https://0.0.0.0/',
  ],
  ...[
    'https://10.0.0.1/',
    'https://172.16.0.1/',
    'https://192.168.1.1/',
    'https://169.254.169.254/latest/',
  ],
  ...[
    'https://100.64.0.1/',
    'https://8.8.8.8/',
    'https://%31%32%37.0.0.1/',
    'https://１２７.0.0.1/',
  ],
  ...['https://127。0。0。1/', 'https://[::1]/', 'https://[::]/', 'https://[::ffff:127.0.0.1]/'],
  ...[
    'https://[fe80::1]/',
    'https://[fd00::1]/',
    'https://[2606:4700::1111]/',
    'https://[::ffff:7f00:1]:8443/',
  ],
  // Names of this machine and of the network that it stands in.
  ...['https://localhost/', 'https://localhost./', 'https://LOCALHOST/', 'https://a.localhost/'],
  ...['https://localhost.localdomain/', 'https://printer.local/', 'https://printer.local./'],
  ...['https://metadata.google.internal/', 'https://vault.internal/', 'https://router.home.arpa/'],
  ...[
    'https://1.0.0.127.in-addr.arpa/',
    'https://hidden.onion/',
    'https://nas.lan/',
    'https://nas.home/',
  ],
  ...['https://git.corp/', 'https://wiki.intranet/', 'https://app.test/', 'https://app.invalid/'],
  ...[
    'https://intranet/',
    'https://router/',
    'https://com/',
    'https://com./',
    'https://example.123/',
  ],
  ...['https://example.c/', 'https://exam_ple.-/', 'https://.example.com/', 'https://a..com/'],
  // Ourselves.
  ...['https://sluice.acme.com/v1/me', 'https://SLUICE.acme.com/', 'https://sluice.acme.com./'],
  ...['https://sluice.acme.com:8443/', 'https://mine.workers.dev/', 'https://workers.dev/'],
  ...['https://a.b.workers.dev./'],
  // What a parser mends and a reader does not see.
  ...['https://example.com\\@127.0.0.1/', 'https:\\\\example.com/', ' https://example.com/'],
  ...[
    'https://example.com/ ',
    'https://exam\tple.com/',
    'https://example.com/\r\nX: y',
    'https://exämple.com/',
  ],
  ...[
    'https://example.com/\u0000',
    'https://ex\u00adample.com/',
    `https://example.com/${'a'.repeat(2_048)}`,
  ],
  // Loopback, where nobody has allowed it.
  ...['http://localhost:4000/', 'http://127.0.0.1:4000/', 'http://[::1]:4000/'],
];
