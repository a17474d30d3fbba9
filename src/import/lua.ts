/**
 * The part of Lua that is needed for calls: texts, numbers, tables, calls of named functions, concatenation, and one
 * choice with `if` of what to return. Anything else is free code, which is not read.
 */
export type Lua =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'word'; readonly word: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Lua[] }
  | { readonly kind: 'table'; readonly items: readonly Lua[]; readonly keys: ReadonlyMap<string, Lua> }
  | { readonly kind: 'joined'; readonly parts: readonly Lua[] };

/** A returned value and its conditions, joined by `or`. No conditions: in all other cases. */
export interface LuaBranch {
  readonly when: readonly Lua[];
  readonly value: Lua;
}

const TOKEN =
  /\s+|--[^\n]*|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\d+(?:\.\d+)?|[A-Za-z_]\w*|\.\.|[{}()[\],;=]|[\s\S]/gy;
const MOST_DEPTH = 20;

class NotRead extends Error {}

/** Reads the code of a Lua record: an expression or, after a ";", a choice. Undefined if it is free code. */
export function readLua(code: string): readonly LuaBranch[] | undefined {
  const tokens = [...code.matchAll(TOKEN)]
    .map(([token]) => token)
    .filter((token) => !/^(?:\s|--)/.test(token));
  let at = 0;
  let depth = 0;
  const peek = (): string | undefined => tokens[at];
  const accept = (token: string): boolean => {
    if (tokens[at] !== token) return false;
    at++;
    return true;
  };
  const expect = (token: string): void => {
    if (!accept(token)) throw new NotRead();
  };

  function expression(): Lua {
    if (++depth > MOST_DEPTH) throw new NotRead();
    const parts = [operand()];
    while (accept('..')) parts.push(operand());
    depth--;
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: 'joined', parts };
  }

  function operand(): Lua {
    const value = primary();
    // The index selects one of a call's results. A client that gets a single address can't tell the difference.
    if (accept('[')) {
      expression();
      expect(']');
    }
    return value;
  }

  function primary(): Lua {
    const token = tokens[at++] ?? '';
    if (token === '{') return table();
    if (token === '(') {
      const inner = expression();
      expect(')');
      return inner;
    }
    if (/^['"]./.test(token)) return { kind: 'text', text: token.slice(1, -1).replace(/\\(.)/g, '$1') };
    if (/^\d/.test(token)) return { kind: 'number', number: Number(token) };
    if (!/^[A-Za-z_]/.test(token)) throw new NotRead();
    return accept('(') ? { kind: 'call', name: token, args: list(')') } : { kind: 'word', word: token };
  }

  function list(end: string): Lua[] {
    const items: Lua[] = [];
    while (!accept(end)) {
      items.push(expression());
      if (peek() !== end) expect(',');
    }
    return items;
  }

  function table(): Lua {
    const items: Lua[] = [];
    const keys = new Map<string, Lua>();
    while (!accept('}')) {
      const name = tokens[at + 1] === '=' ? tokens[at] : undefined;
      if (name !== undefined) at += 2;
      const value = expression();
      if (name === undefined) items.push(value);
      else keys.set(name, value);
      if (peek() !== '}' && !accept(';')) expect(',');
    }
    return { kind: 'table', items, keys };
  }

  function returned(when: readonly Lua[]): LuaBranch {
    expect('return');
    const value = expression();
    accept(';');
    return { when, value };
  }

  function choice(): LuaBranch[] {
    if (!accept('if')) return [returned([])];
    const branches: LuaBranch[] = [];
    do {
      const when = [expression()];
      while (accept('or')) when.push(expression());
      expect('then');
      branches.push(returned(when));
    } while (accept('elseif'));
    if (accept('else')) branches.push(returned([]));
    expect('end');
    // A `return` after the choice applies in all other cases.
    if (peek() === 'return') branches.push(returned([]));
    return branches;
  }

  try {
    const branches = accept(';') ? choice() : [{ when: [], value: expression() }];
    return at === tokens.length ? branches : undefined;
  } catch (error) {
    if (error instanceof NotRead) return undefined;
    throw error;
  }
}
