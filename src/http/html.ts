/**
 * HTML and SVG as text. Only what is written in our templates is markup; all other values are escaped, so that foreign text
 * can't become markup.
 */
import { printable } from '../platform/printable.js';

export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Content = Markup | string | number | readonly Content[] | undefined;

/** Markup with values in it: texts are escaped, markup is inserted as it is, lists are joined, undefined is left out. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(parts.map((part, i) => `${part}${textOf(values[i])}`).join(''));
}

function textOf(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(textOf).join('');
  return printable(String(content)).replaceAll(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`);
}
