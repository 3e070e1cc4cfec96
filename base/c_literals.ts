// Values as C source.

export const COLUMNS = 120;

/** C's types of elements, with their sizes in bytes. */
export const C_TYPES = { int8_t: 1, uint8_t: 1, int16_t: 2, uint16_t: 2, int32_t: 4, float: 4 } as const;

export type CType = keyof typeof C_TYPES;

/** `static const int8_t name[3] = {1, 2, 3};`, its values on lines of their own. */
export function arrayLiteral(type: CType, name: string, values: ArrayLike<number>, aligned = false): string {
  const write = type === 'float' ? float32 : integer;
  const items = Array.from(values, (value) => `${write(value)},`);
  return `static ${aligned ? 'TK_ALIGNED ' : ''}const ${type} ${name}[${values.length}] = {\n${fill(items, '  ')}};\n`;
}

/** Numbers with commas, in lines indented by two. */
export function numbers(values: ArrayLike<number>): string {
  return fill(
    Array.from(values, (value) => `${integer(value)},`),
    '  ',
  );
}

/** Items with blanks between them, in lines of at most `COLUMNS` columns. */
export function fill(items: readonly string[], indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const item of items) {
    if (line && line.length + 1 + item.length > COLUMNS) {
      lines.push(line);
      line = '';
    }
    line += line ? ` ${item}` : `${indent}${item}`;
  }
  return [...lines, line].join('\n') + '\n';
}

/** An int as C reads it: the least int32 has no literal of its own. */
export function integer(value: number): string {
  return value === -2147483648 ? '(-2147483647 - 1)' : String(value);
}

/** A finite float32 that C reads back to the same bits. */
export function float32(value: number): string {
  const text = Number(value.toPrecision(9)).toString();
  return `${/[.e]/.test(text) ? text : `${text}.0`}f`;
}

const COMMENT_LENGTH = 60;

/** A name inside a block comment: it can neither end the comment nor leave its line, nor make it long. */
export function comment(text: string): string {
  const shown = text.length > COMMENT_LENGTH ? `${text.slice(0, COMMENT_LENGTH)}...` : text;
  return shown
    .replace(/\*\//g, '* /')
    .replace(/\/\*/g, '/ *')
    .replace(/[^\x20-\x7e]/g, '?');
}
