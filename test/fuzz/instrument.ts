/**
 * Counts how often each branch of the program was taken: a load hook that rewrites its modules as they are imported, with
 * a counter at the start of every function, branch, loop and case, and before every operand that may be skipped. V8's own
 * coverage costs milliseconds to read; this costs an increment, and reading it a look at a few hundred octets.
 * The hook has a thread of its own; it says in shared memory how many counters there are.
 */
import type { LoadHook } from 'node:module';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** Room for counters: the program needs a tenth of it. */
export const COUNTERS = 1 << 16;
/** The global variable with the counters. */
export const COUNTERS_NAME = 'geopoolCounters';
const LOCAL_NAME = '__counters';

/** What the hook is told as it is registered. */
export interface Instrumentation {
  /** Where the program's modules begin; others are left as they are. */
  readonly below: string;
  /** One word: how many counters are in use. */
  readonly used: Int32Array;
}

let instrumentation: Instrumentation | undefined;

export function initialize(data: Instrumentation): void {
  instrumentation = data;
}

export const load: LoadHook = async (url, context, nextLoad) => {
  const loaded = await nextLoad(url, context);
  if (instrumentation === undefined || !url.startsWith(instrumentation.below)) return loaded;
  const { source } = loaded;
  if (source === undefined || source === null || loaded.format !== 'module') return loaded;
  const text = typeof source === 'string' ? source : new TextDecoder().decode(source);
  return { ...loaded, source: withCounters(fileURLToPath(url), text, instrumentation.used) };
};

/** The source with counters, whose numbers begin where those of the files before it end. */
export function withCounters(file: string, source: string, used: Int32Array): string {
  const parsed = ts.createSourceFile(file, source, ts.ScriptTarget.ES2023, true, ts.ScriptKind.JS);
  const { transformed } = ts.transform(parsed, [
    (context) => (root) => ts.visitEachChild(root, visitor(context, used), context),
  ]);
  const [result = parsed] = transformed;
  const printed = ts.createPrinter().printFile(result);
  return `const ${LOCAL_NAME} = globalThis.${COUNTERS_NAME};\n${printed}`;
}

function visitor({ factory, ...context }: ts.TransformationContext, used: Int32Array): ts.Visitor {
  const whole = { factory, ...context };
  const bump = (): ts.Expression => {
    const number = Atomics.add(used, 0, 1) % COUNTERS;
    const counter = factory.createElementAccessExpression(factory.createIdentifier(LOCAL_NAME), number);
    return factory.createPostfixIncrement(counter);
  };
  const counted = (statement: ts.Statement | undefined): ts.Block => {
    const first = factory.createExpressionStatement(bump());
    if (statement === undefined) return factory.createBlock([first]);
    const rest = ts.isBlock(statement) ? statement.statements : [statement];
    return factory.createBlock([first, ...rest], true);
  };
  const operand = (expression: ts.Expression): ts.Expression =>
    factory.createParenthesizedExpression(factory.createComma(bump(), expression));

  const visit = (node: ts.Node): ts.Node => {
    const visited = ts.visitEachChild(node, visit, whole);
    if (ts.isIfStatement(visited)) {
      const { expression, thenStatement, elseStatement } = visited;
      return factory.updateIfStatement(visited, expression, counted(thenStatement), counted(elseStatement));
    }
    if (ts.isConditionalExpression(visited)) {
      const { condition, questionToken, whenTrue, colonToken, whenFalse } = visited;
      return factory.updateConditionalExpression(
        visited,
        condition,
        questionToken,
        operand(whenTrue),
        colonToken,
        operand(whenFalse),
      );
    }
    if (ts.isBinaryExpression(visited) && SKIPPING.has(visited.operatorToken.kind)) {
      const { left, operatorToken, right } = visited;
      return factory.updateBinaryExpression(visited, left, operatorToken, operand(right));
    }
    if (ts.isCaseClause(visited)) {
      const statements = [factory.createExpressionStatement(bump()), ...visited.statements];
      return factory.updateCaseClause(visited, visited.expression, statements);
    }
    if (ts.isForStatement(visited)) {
      const { initializer, condition, incrementor, statement } = visited;
      return factory.updateForStatement(visited, initializer, condition, incrementor, counted(statement));
    }
    if (ts.isForOfStatement(visited)) {
      const { awaitModifier, initializer, expression, statement } = visited;
      return factory.updateForOfStatement(
        visited,
        awaitModifier,
        initializer,
        expression,
        counted(statement),
      );
    }
    if (ts.isWhileStatement(visited)) {
      return factory.updateWhileStatement(visited, visited.expression, counted(visited.statement));
    }
    if (ts.isCatchClause(visited)) {
      return factory.updateCatchClause(visited, visited.variableDeclaration, counted(visited.block));
    }
    // The body of a function. Of arrows without braces the value is what counts.
    if (ts.isArrowFunction(visited) && !ts.isBlock(visited.body)) {
      const { modifiers, typeParameters, parameters, type, equalsGreaterThanToken, body } = visited;
      return factory.updateArrowFunction(
        visited,
        modifiers,
        typeParameters,
        parameters,
        type,
        equalsGreaterThanToken,
        operand(body),
      );
    }
    if (ts.isBlock(visited) && node.parent !== undefined && ts.isFunctionLike(node.parent)) {
      return counted(visited);
    }
    return visited;
  };
  return visit;
}

/** Operators whose right side may be skipped. */
const SKIPPING = new Set<ts.SyntaxKind>([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
]);
