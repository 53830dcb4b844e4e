// A schema as a list of its members; what is inside one is unfolded when somebody wants it.

import { useState } from 'preact/hooks';
import { type Document, nameIn, resolve, type Schema } from './document.ts';
import { choicesOf, membersOf, rulesOf, typeOf } from './schema.ts';
import { Text } from './text.tsx';

interface SchemaProps {
  readonly document: Document;
  readonly schema: Schema;
}

/** All that a value of this schema may hold. */
export function SchemaView({ document, schema }: SchemaProps) {
  const whole = resolve(document, 'schemas', schema);
  const members = membersOf(document, whole);
  const inner = innerOf(whole);
  return (
    <div class="schema">
      {members.map(([name, member, isRequired]) => (
        <Member
          key={name}
          document={document}
          name={name}
          schema={member}
          isRequired={isRequired}
        />
      ))}
      {members.length === 0 && (
        <p>
          <Type schema={whole} /> <Rules schema={whole} />
        </p>
      )}
      {members.length === 0 &&
        inner.map((one, index) => <Inner key={index} document={document} schema={one} />)}
    </div>
  );
}

interface MemberProps extends SchemaProps {
  readonly name: string;
  readonly isRequired: boolean;
}

function Member({ document, name, schema, isRequired }: MemberProps) {
  const inner = [schema, ...innerOf(schema)].filter((one) => isOpenable(document, one));
  return (
    <div class="member">
      <code class="name">{name}</code> <Type schema={schema} />{' '}
      {isRequired && <span class="small wait">required</span>}
      <Rules schema={schema} />
      {schema.description !== undefined && (
        <p>
          <Text text={schema.description} />
        </p>
      )}
      {inner.map((one, index) => (
        <Inner key={index} document={document} schema={one} />
      ))}
    </div>
  );
}

/** Folded: a schema may hold itself. */
function Inner({ document, schema }: SchemaProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary class="small muted">
        {schema.$ref === undefined ? 'What is in it' : nameIn(schema.$ref)}
      </summary>
      {isOpen && <SchemaView document={document} schema={schema} />}
    </details>
  );
}

function Type({ schema }: { readonly schema: Schema }) {
  const ref = schema.$ref ?? schema.items?.$ref;
  const text = typeOf(schema);
  return ref === undefined ? (
    <span class="small muted">{text}</span>
  ) : (
    <a class="small" href={`#schema:${nameIn(ref)}`}>
      {text}
    </a>
  );
}

function Rules({ schema }: { readonly schema: Schema }) {
  const values = schema.enum ?? schema.items?.enum ?? [];
  return (
    <>
      {rulesOf(schema).map((rule) => (
        <span key={rule} class="small muted">
          {' '}
          · {rule}
        </span>
      ))}
      {values.length > 0 && (
        <p class="small">
          One of{' '}
          {values.map((value) => (
            <code key={String(value)}>{String(value)} </code>
          ))}
        </p>
      )}
    </>
  );
}

/** What is within a list, a map or a choice. */
const innerOf = ({ items, additionalProperties, anyOf, oneOf }: Schema): readonly Schema[] => [
  ...(items === undefined ? [] : [items]),
  ...(typeof additionalProperties === 'object' ? [additionalProperties] : []),
  ...choicesOf({ ...(anyOf && { anyOf }), ...(oneOf && { oneOf }) }),
];

const isOpenable = (document: Document, schema: Schema): boolean => {
  const whole = resolve(document, 'schemas', schema);
  return (
    membersOf(document, whole).length > 0 ||
    (schema.$ref !== undefined && innerOf(whole).length > 0)
  );
};
