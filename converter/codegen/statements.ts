// Statements and definitions as C text: parameter structs, calls and signatures, in lines that fit a screen.
import type { CField, CFields } from './kernel_call.js';
import { COLUMNS, fill, float32, integer } from '../../base/c_literals.js';

/** The C name of one of a call's arrays. */
export type InFull = (array: string) => string;

/** `static const <type> <name> = {…};` */
export function constantStruct(type: string, name: string, fields: CFields, inFull: InFull): string {
  return `  static const ${type} ${name} = {\n${structFields(fields, inFull, '    ')}  };\n`;
}

/** Designated initialisers: numbers and arrays side by side, a struct within on lines of its own. */
function structFields(fields: CFields, inFull: InFull, indent: string): string {
  let source = '';
  let flat: string[] = [];
  const flush = () => {
    if (flat.length > 0) source += fill(flat, indent);
    flat = [];
  };
  for (const [name, field] of Object.entries(fields)) {
    if (typeof field === 'number') flat.push(`.${name} = ${integer(field)},`);
    else if (isArray(field)) flat.push(`.${name} = ${inFull(field.array)},`);
    else if (isFloat(field)) flat.push(`.${name} = ${float32(field.float)},`);
    else {
      flush();
      source += `${indent}.${name} = {\n${structFields(field, inFull, `${indent}  `)}${indent}},\n`;
    }
  }
  flush();
  return source;
}

/** Whether a field, however deep, is an array's name. */
export function namesArray(fields: CFields): boolean {
  return Object.values(fields).some((f) => typeof f !== 'number' && !isFloat(f) && (isArray(f) || namesArray(f)));
}

function isArray(field: Exclude<CField, number>): field is { array: string } {
  return 'array' in field && typeof field.array === 'string';
}

function isFloat(field: Exclude<CField, number>): field is { float: number } {
  return 'float' in field && typeof field.float === 'number';
}

export function statement(callee: string, operands: readonly string[]): string {
  return wrapped(`  ${callee}(`, operands, ');\n');
}

export function signature(name: string, parameters: readonly string[]): string {
  return wrapped(`static TK_NOINLINE void ${name}(`, parameters, ') {\n');
}

/** A list of operands on one line, or on indented lines of its own. */
function wrapped(start: string, operands: readonly string[], end: string): string {
  const line = `${start}${operands.join(', ')}${end}`;
  if (line.length <= COLUMNS + 1) return line;
  const items = operands.map((operand, i) => `${operand}${i < operands.length - 1 ? ',' : end.trimEnd()}`);
  return `${start}\n${fill(items, '      ')}`;
}
