import { cleanValue, cutText, jsonBytes } from './clean-text.ts';

/** Tried in turn, so that a call keeps its form and loses the ends of its longest texts alone. */
const TEXT_BYTES = [32_768, 8_192, 2_048, 512, 128];

/** The value as JSON of at most so many bytes; what is too long is cut, with a mark. */
export const fitValue = (value: unknown, bytesMax: number): unknown => {
  const clean = cleanValue(value);
  if (typeof clean === 'string') return cutText(clean, bytesMax);
  if (jsonBytes(clean) <= bytesMax) return clean;
  for (const textBytes of TEXT_BYTES) {
    const shorter = cutTexts(clean, textBytes);
    if (jsonBytes(shorter) <= bytesMax) return shorter;
  }
  return cutText(JSON.stringify(clean), bytesMax);
};

const cutTexts = (value: unknown, bytesMax: number): unknown => {
  if (typeof value === 'string') return cutText(value, bytesMax);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => cutTexts(item, bytesMax));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, cutTexts(item, bytesMax)]),
  );
};
