// Values as C source.

const COLUMNS = 118;

export type CType = 'int8_t' | 'int32_t' | 'unsigned char';

/** `static const int8_t name[3] = {1, 2, 3};`, wrapped. */
export function arrayLiteral(type: CType, name: string, values: ArrayLike<number>): string {
  return `static const ${type} ${name}[${values.length}] = {\n${wrap(values)}};\n`;
}

/** Numbers with commas, in lines of at most 118 columns, indented by two. */
export function wrap(values: ArrayLike<number>): string {
  const lines: string[] = [];
  let line = ' ';
  for (let i = 0; i < values.length; i++) {
    const item = ` ${integer(values[i]!)},`;
    if (line.length + item.length > COLUMNS) {
      lines.push(line);
      line = ' ';
    }
    line += item;
  }
  return `${[...lines, line].join('\n')}\n`;
}

/** An int as C reads it: the least int32 has no literal of its own. */
export function integer(value: number): string {
  return value === -2147483648 ? '(-2147483647 - 1)' : String(value);
}

/** A float32 that C reads back to the same bits. */
export function float32(value: number): string {
  const text = Number(value.toPrecision(9)).toString();
  return `${/[.e]/.test(text) ? text : `${text}.0`}f`;
}

/** Text inside a block comment: it can neither end the comment nor leave its line. */
export function comment(text: string): string {
  return text
    .replace(/\*\//g, '* /')
    .replace(/\/\*/g, '/ *')
    .replace(/[^\x20-\x7e]/g, '?');
}
