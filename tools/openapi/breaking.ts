// What a new document takes away from those who wrote their client by the old one.

type Json = Readonly<Record<string, unknown>>;

const METHODS: ReadonlySet<string> = new Set(['get', 'put', 'post', 'patch', 'delete']);
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;
const members = (value: unknown): Json => (isObject(value) ? value : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A sentence for each thing that a client could have relied on and cannot any more. */
export function breakingChanges(before: unknown, after: unknown): readonly string[] {
  const [old, fresh] = [members(before), members(after)];
  const paths = Object.entries(members(old['paths'])).flatMap(([path, methods]) =>
    Object.entries(members(methods))
      .filter(([method]) => METHODS.has(method))
      .flatMap(([method, operation]) => {
        const now = members(members(fresh['paths'])[path])[method];
        const name = `${method.toUpperCase()} ${path}`;
        return now === undefined
          ? [`${name} is gone`]
          : operationChanges(name, members(operation), members(now));
      }),
  );
  const schemas = members(members(old['components'])['schemas']);
  const freshSchemas = members(members(fresh['components'])['schemas']);
  const shapes = Object.entries(schemas).flatMap(([name, schema]) =>
    freshSchemas[name] === undefined
      ? []
      : schemaChanges(`schema ${name}`, members(schema), members(freshSchemas[name])),
  );
  return [...paths, ...shapes];
}

function operationChanges(name: string, before: Json, after: Json): readonly string[] {
  const renamed =
    before['operationId'] === after['operationId']
      ? []
      : [`${name} is no longer called ${String(before['operationId'])}`];
  const statuses = Object.keys(members(before['responses']))
    .filter((status) => /^[123]/.test(status))
    .filter((status) => members(after['responses'])[status] === undefined)
    .map((status) => `${name} no longer answers ${status}`);
  const known = new Set(parametersOf(before).map(nameOf));
  const demanded = parametersOf(after)
    .filter((parameter) => parameter['required'] === true && !known.has(nameOf(parameter)))
    .map((parameter) => `${name} demands ${nameOf(parameter)}`);
  const kept = new Set(parametersOf(after).map(nameOf));
  const dropped = [...known]
    .filter((parameter) => !kept.has(parameter))
    .map((parameter) => `${name} no longer takes ${parameter}`);
  const isBodyNew =
    members(after['requestBody'])['required'] === true &&
    members(before['requestBody'])['required'] !== true;
  return [
    ...renamed,
    ...statuses,
    ...demanded,
    ...dropped,
    ...(isBodyNew ? [`${name} demands a body`] : []),
  ];
}

const parametersOf = (operation: Json): readonly Json[] =>
  list(operation['parameters']).map(members);
const nameOf = (parameter: Json): string =>
  String(parameter['$ref'] ?? `${String(parameter['in'])} ${String(parameter['name'])}`);

/** Members that a schema loses, types that change, and members that it begins to demand. */
function schemaChanges(name: string, before: Json, after: Json): readonly string[] {
  const [old, fresh] = [members(before['properties']), members(after['properties'])];
  return Object.entries(old).flatMap(([key, schema]) => {
    const now = fresh[key];
    if (now === undefined) return [`${name} loses ${key}`];
    const [was, is] = [
      JSON.stringify(members(schema)['type']),
      JSON.stringify(members(now)['type']),
    ];
    if (was !== undefined && is !== undefined && was !== is) {
      return [`${name}.${key} was ${was} and is ${is}`];
    }
    const values = list(members(schema)['enum']).filter(
      (value) => members(now)['enum'] !== undefined && !list(members(now)['enum']).includes(value),
    );
    return values.map((value) => `${name}.${key} loses the value ${String(value)}`);
  });
}
