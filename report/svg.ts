// The few shapes that the pictures are made of, as SVG text.

/** Text for an attribute or an element. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

export interface Frame {
  width: number;
  height: number;
  /** Room for the axes' words, in pixels. */
  left: number;
  bottom: number;
}

/** A picture with a title that screen readers say; it shrinks with the page. */
export function picture({ width, height }: Pick<Frame, 'width' | 'height'>, title: string, body: string): string {
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(title)}">${body}</svg>`;
}

export function text(x: number, y: number, words: string, attributes = ''): string {
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escape(words)}</text>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, kind: string): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" class="${kind}"/>`;
}

export function polyline(points: readonly (readonly [number, number])[], kind: string): string {
  return `<polyline points="${points.map(([x, y]) => `${round(x)},${round(y)}`).join(' ')}" class="${kind}"/>`;
}

export function rectangle(x: number, y: number, width: number, height: number, kind: string): string {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" class="${kind}"/>`;
}

export function circle(x: number, y: number, radius: number, kind: string): string {
  return `<circle cx="${round(x)}" cy="${round(y)}" r="${radius}" class="${kind}"/>`;
}

/** A name that fits into so many pixels. */
export function shortened(name: string, width: number): string {
  const most = Math.floor(width / 6.5);
  return name.length > most ? `${name.slice(0, Math.max(1, most - 1))}…` : name;
}

export function round(n: number): number {
  return Math.round(100 * n) / 100;
}
