import { plain } from './plain.ts';

/** An address that others have named: a link where it is http or https, else its text. */
export function Out({ url, text }: { readonly url: string; readonly text?: string }) {
  const shown = plain(text ?? url);
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return <>{shown}</>;
  return (
    <a href={url} rel="noopener noreferrer" target="_blank">
      {shown}
    </a>
  );
}
