// Where the flash goes, as a map: each part's area is its bytes, divided among its symbols.
import { hierarchy, treemap, treemapSquarify, type HierarchyRectangularNode } from 'd3-hierarchy';
import { escape, picture, round, shortened, text } from './svg.js';
import type { Flash } from './report.js';

const WIDTH = 860;
const HEIGHT = 460;
const HUES = 8;
/** Symbols of a part that are drawn; the others are one box. */
const MOST_SYMBOLS = 24;
const BAND = 18;

interface Node {
  name: string;
  bytes: number;
  children?: Node[];
}

export function flashMap({ bytes, parts }: Flash): string {
  const root = hierarchy<Node>({ name: '', bytes: 0, children: parts.map(nodeOf) })
    .sum(({ children, bytes: own }) => (children ? 0 : own))
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  const laid = treemap<Node>()
    .tile(treemapSquarify)
    .size([WIDTH, HEIGHT])
    .paddingTop((node) => (node.depth === 0 ? 0 : BAND))(root);
  const boxes = (laid.children ?? []).map((part, i) => partBox(part, i % HUES));
  const title = `${bytes.toLocaleString('en')} B of flash by part and symbol`;
  return picture({ width: WIDTH, height: HEIGHT }, title, boxes.join(''));
}

function nodeOf({ name, bytes, symbols }: Flash['parts'][number]): Node {
  const largest = [...symbols].filter((one) => one.bytes > 0).sort((a, b) => b.bytes - a.bytes);
  const shown = largest.slice(0, MOST_SYMBOLS);
  const rest = bytes - shown.reduce((sum, one) => sum + one.bytes, 0);
  const others = rest > 0 ? [{ name: `${largest.length - shown.length} others`, bytes: rest }] : [];
  return { name, bytes, children: [...shown, ...others] };
}

function partBox(part: HierarchyRectangularNode<Node>, hue: number): string {
  const title = `${part.data.name}: ${(part.value ?? 0).toLocaleString('en')} B`;
  const symbols = (part.children ?? []).map((one) => symbolBox(one, hue, part.data.name));
  const width = part.x1 - part.x0;
  const label = width > 40 ? text(part.x0 + 4, part.y0 + 13, shortened(title, width - 6), 'class="on-box part"') : '';
  return `<g>${box(part, hue)}${symbols.join('')}${label}<title>${escape(title)}</title></g>`;
}

function symbolBox(node: HierarchyRectangularNode<Node>, hue: number, part: string): string {
  const [width, height] = [node.x1 - node.x0, node.y1 - node.y0];
  const title = `<title>${escape(`${part}, ${node.data.name}: ${(node.value ?? 0).toLocaleString('en')} B`)}</title>`;
  const label =
    width > 48 && height > 16
      ? text(node.x0 + 4, node.y0 + 13, shortened(node.data.name, width - 6), 'class="on-box"')
      : '';
  return `<g>${title}${box(node, hue)}${label}</g>`;
}

function box({ x0, y0, x1, y1 }: HierarchyRectangularNode<Node>, hue: number): string {
  const place = `x="${round(x0)}" y="${round(y0)}" width="${round(x1 - x0)}" height="${round(y1 - y0)}"`;
  return `<rect ${place} class="box hue${hue}"/>`;
}
