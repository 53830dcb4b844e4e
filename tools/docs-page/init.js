// A file of its own, since the page's policy allows no inline script.
const showDocs = Reflect.get(globalThis, 'SwaggerUIBundle');

showDocs({
  url: '/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  tryItOutEnabled: true,
  // No request leaves for another host.
  validatorUrl: null,
});
