/** Whether markup is what it seems: each element that is opened is closed, and nothing in it could run. */

const VOID = ['meta', 'input', 'img', 'br'];

/** What is wrong with the nesting of elements; undefined where nothing is. */
export function nestingFault(markup: string): string | undefined {
  const open: string[] = [];
  const tags =
    /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z:-]+(?:="[^"<]*")?)*)\s*(\/?)>|<!doctype html>|<|&(?!#\d+;)/g;
  for (const [tag, end, name = '', , closed] of markup
    .replaceAll(/<style>[^<]*<\/style>/g, '')
    .matchAll(tags)) {
    if (tag === '<!doctype html>') continue;
    if (tag === '<' || tag === '&') return `a stray ${tag}`;
    if (end === '/') {
      const last = open.pop();
      if (last !== name) return `</${name}> closes <${last}>`;
    } else if (closed !== '/' && !VOID.includes(name)) open.push(name);
  }
  return open.length === 0 ? undefined : `<${open.at(-1)}> is not closed`;
}

/** Elements and attributes that run something, load something from elsewhere, or are styled in place. */
export function activeParts(markup: string): string[] {
  const parts =
    /<(?:script|iframe|object|embed|link|base|foreignObject)\b|\s(?:on\w+|style|srcdoc)=|(?:href|src|action)="(?!\/[^/]|\/")[^"]*"/gi;
  return [...markup.matchAll(parts)].map(([part]) => part);
}
