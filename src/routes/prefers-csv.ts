const QUALITY = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/i;

interface Range {
  readonly type: string;
  readonly quality: number;
}

const rangesIn = (accept: string): readonly Range[] =>
  accept.split(',').map((part) => {
    const [type = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const found = parameters.map((text) => QUALITY.exec(text)?.[1]).find((q) => q !== undefined);
    return { type, quality: found === undefined ? 1 : Number(found) };
  });

/** The most exact range that a type is in says how much it is wanted. */
function wish(ranges: readonly Range[], type: string) {
  const forms = [type, `${type.slice(0, type.indexOf('/'))}/*`, '*/*'];
  for (const [index, form] of forms.entries()) {
    const range = ranges.find((one) => one.type === form);
    if (range !== undefined) return { quality: range.quality, exactness: forms.length - index };
  }
  return { quality: 0, exactness: 0 };
}

/** Whether CSV is wanted more than JSON, which is what is sent unless something else is asked for (RFC 9110, 12.5.1). */
export function prefersCsv(accept: string | undefined): boolean {
  const ranges = rangesIn(accept ?? '*/*');
  const [csv, json] = [wish(ranges, 'text/csv'), wish(ranges, 'application/json')];
  if (csv.quality !== json.quality) return csv.quality > json.quality;
  return csv.quality > 0 && csv.exactness > json.exactness;
}
