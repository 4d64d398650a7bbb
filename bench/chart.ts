/**
 * Draws a comparison as SVG: for each test and pipeline depth one bar per reference server, in two panels,
 * throughput as a multiple of the reference's (longer is better) and server CPU per command as a fraction of
 * it (shorter is better). A line marks 1, where both are equal; a tick marks a budget, filled when it is met.
 *
 * Written by hand so that it needs no library and stays small. It carries its own colours for light and dark,
 * which a browser chooses by `prefers-color-scheme`; without style sheets for that, light is drawn.
 */
import { judge, type Verdict } from './budgets.js';
import { find, labelOf, type Metric, type Results } from './results.js';

const WIDTH = 980;
const LABEL_WIDTH = 140;
const GUTTER = 34;
const PADDING = 28;
const VALUE_ROOM = 44; // beside the longest bar, for its figure
const BAR = 11;
const BAR_GAP = 3;
const ROW_GAP = 12;
const TOP = 118;
const PANEL_WIDTH = (WIDTH - 2 * PADDING - LABEL_WIDTH - GUTTER) / 2;

interface Panel {
  readonly title: string;
  readonly hint: string;
  readonly metric: Metric;
  readonly left: number;
  readonly scale: (value: number) => number;
  readonly ticks: readonly number[];
}

interface Row {
  readonly subject: string;
  readonly pipeline: number;
}

const style = `
  text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; fill: #24292f; }
  .title { font-size: 17px; font-weight: 600; }
  .panel { font-size: 13px; font-weight: 600; }
  .soft { fill: #656d76; font-size: 11px; }
  .figure { fill: #424a53; font-size: 10.5px; font-variant-numeric: tabular-nums;
    paint-order: stroke; stroke: #ffffff; stroke-width: 3px; stroke-linejoin: round; }
  .paper { fill: #ffffff; }
  .grid { stroke: #d8dee4; stroke-width: 1; }
  .one { stroke: #57606a; stroke-width: 1.25; stroke-dasharray: 3 3; }
  .rule { stroke: #eaeef2; stroke-width: 1; }
  .halo { stroke: #ffffff; stroke-width: 5.5; }
  .met { stroke: #1a7f37; stroke-width: 2.5; }
  .missed { stroke: #cf222e; stroke-width: 2.5; }
  .s0 { fill: #8064b8; } .s1 { fill: #3d7ea6; } .s2 { fill: #b0852c; } .s3 { fill: #6b8e6e; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .soft { fill: #9198a1; }
    .figure { fill: #c9d1d9; stroke: #0d1117; }
    .paper { fill: #0d1117; }
    .grid { stroke: #30363d; }
    .one { stroke: #9198a1; }
    .rule { stroke: #21262d; }
    .halo { stroke: #0d1117; }
    .met { stroke: #3fb950; }
    .missed { stroke: #ff7b72; }
    .s0 { fill: #a78be0; } .s1 { fill: #58a0cb; } .s2 { fill: #d3a445; } .s3 { fill: #86b08a; }
  }`;

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

function text(x: number, y: number, content: string, css = '', anchor = 'start'): string {
  const look = css === '' ? '' : ` class="${css}"`;
  const at = `x="${x.toFixed(1)}" y="${y.toFixed(1)}"`;
  return `<text ${at}${look} text-anchor="${anchor}">${escape(content)}</text>`;
}

function line(x: number, top: number, bottom: number, css: string): string {
  return `<line class="${css}" x1="${x.toFixed(1)}" x2="${x.toFixed(1)}" y1="${top}" y2="${bottom}"/>`;
}

/** Round numbers from 0 to at least `largest`, in about five steps. */
export function niceTicks(largest: number): number[] {
  const rough = largest / 5;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * magnitude).find((each) => each >= rough) ?? rough;
  return Array.from({ length: Math.ceil(largest / step - 1e-9) + 1 }, (_, i) =>
    Number((i * step).toPrecision(6)),
  );
}

class ComparisonChart {
  private readonly judged: string;
  private readonly references: readonly string[];
  private readonly rows: readonly Row[];
  private readonly verdicts: readonly Verdict[];

  constructor(private readonly results: Results) {
    const [judged = '', ...references] = Object.keys(results.servers);
    this.judged = judged;
    this.references = references;
    this.verdicts = judge(results, judged);
    const rows = new Map<string, Row>();
    for (const { subject, pipeline, server } of results.measurements) {
      if (server === judged && pipeline !== undefined)
        rows.set(`${subject} ${pipeline}`, { subject, pipeline });
    }
    this.rows = [...rows.values()];
  }

  private ratio(row: Row, metric: Metric, reference: string): number | undefined {
    const mine = find(this.results, row.subject, row.pipeline, this.judged, metric);
    const theirs = find(this.results, row.subject, row.pipeline, reference, metric);
    return mine === undefined || theirs === undefined ? undefined : mine / theirs;
  }

  private verdictOf(row: Row, metric: Metric, reference: string): Verdict | undefined {
    return this.verdicts.find(
      ({ budget, subject, pipeline }) =>
        budget.metric === metric &&
        budget.against === reference &&
        subject === row.subject &&
        pipeline === row.pipeline,
    );
  }

  private panel(title: string, hint: string, metric: Metric, left: number): Panel {
    const values = this.rows.flatMap((row) =>
      this.references.flatMap((reference) => {
        const limit = this.verdictOf(row, metric, reference)?.budget;
        return [this.ratio(row, metric, reference), limit?.atLeast, limit?.atMost];
      }),
    );
    const ticks = niceTicks(Math.max(1, ...values.filter((value) => value !== undefined)));
    const largest = ticks.at(-1) ?? 1;
    const scale = (value: number): number => left + (value / largest) * (PANEL_WIDTH - VALUE_ROOM);
    return { title, hint, metric, left, scale, ticks };
  }

  private get rowHeight(): number {
    return this.references.length * (BAR + BAR_GAP) - BAR_GAP + ROW_GAP;
  }

  private axes(panel: Panel, bottom: number): string[] {
    const parts = [
      text(panel.left, TOP - 40, panel.title, 'panel'),
      text(panel.left, TOP - 25, panel.hint, 'soft'),
    ];
    for (const tick of panel.ticks) {
      parts.push(line(panel.scale(tick), TOP - 4, bottom, 'grid'));
      parts.push(text(panel.scale(tick), bottom + 15, `${tick}×`, 'soft', 'middle'));
    }
    return parts;
  }

  /** The bars of a row and their budget ticks; their figures go to `figures`, drawn above every line. */
  private bars(panel: Panel, row: Row, top: number, figures: string[]): string[] {
    const parts: string[] = [];
    this.references.forEach((reference, index) => {
      const value = this.ratio(row, panel.metric, reference);
      if (value === undefined) return;
      const y = top + index * (BAR + BAR_GAP);
      const end = panel.scale(value);
      const width = Math.max(1, end - panel.left).toFixed(1);
      parts.push(
        `<rect class="s${index % 4}" x="${panel.left}" y="${y}" width="${width}" height="${BAR}" rx="2"/>`,
      );
      const verdict = this.verdictOf(row, panel.metric, reference);
      const limit = verdict?.budget.atLeast ?? verdict?.budget.atMost;
      let figureAt = end + 5;
      if (verdict !== undefined && limit !== undefined) {
        const x = panel.scale(limit);
        parts.push(line(x, y - 2, y + BAR + 2, 'halo'));
        parts.push(line(x, y - 2, y + BAR + 2, verdict.met ? 'met' : 'missed'));
        if (x > end - 2 && x < end + 34) figureAt = x + 6;
      }
      figures.push(text(figureAt, y + BAR - 1.8, value.toFixed(2), 'figure'));
    });
    return parts;
  }

  private heading(): string[] {
    const { machine, date } = this.results;
    const system = `${machine.cpu}, ${machine.cores} cores, ${machine.system}`;
    const facts = `${system}, Node ${machine.node}, ${date.slice(0, 10)}`;
    const label = (name: string): string => labelOf(this.results, name);
    const parts = [
      text(PADDING, 32, `${label(this.judged)}, as a ratio to other servers`, 'title'),
      text(PADDING, 50, facts, 'soft'),
    ];
    let x = WIDTH - PADDING;
    [...this.references.entries()].reverse().forEach(([index, name]) => {
      const entry = `× ${label(name)}`;
      x -= entry.length * 6.2 + 8;
      parts.push(`<rect class="s${index % 4}" x="${x - 15}" y="23" width="10" height="10" rx="2"/>`);
      parts.push(text(x, 32, entry, 'soft'));
      x -= 24;
    });
    return parts;
  }

  private footer(y: number): string[] {
    return [
      line(PADDING + 4, y - 9, y + 2, 'met'),
      text(PADDING + 12, y, 'budget, met', 'soft'),
      line(PADDING + 94, y - 9, y + 2, 'missed'),
      text(PADDING + 102, y, 'budget, missed', 'soft'),
    ];
  }

  draw(): string {
    const left = PADDING + LABEL_WIDTH;
    const panels = [
      this.panel('Throughput', 'commands per second, longer is better', 'throughput_per_s', left),
      this.panel(
        'Server CPU per command',
        'user and kernel time, shorter is better',
        'cpu_ns_per_op',
        left + PANEL_WIDTH + GUTTER,
      ),
    ];
    const bottom = TOP + this.rows.length * this.rowHeight;
    const height = bottom + 56;
    const parts = [`<rect class="paper" width="${WIDTH}" height="${height}" rx="6"/>`, ...this.heading()];
    const figures: string[] = [];
    for (const panel of panels) parts.push(...this.axes(panel, bottom));
    this.rows.forEach((row, index) => {
      const top = TOP + index * this.rowHeight + ROW_GAP / 2;
      const middle = top + (this.rowHeight - ROW_GAP) / 2 + 4;
      const first = this.rows[index - 1]?.subject !== row.subject;
      if (first && index > 0) {
        const y = top - ROW_GAP / 2;
        parts.push(`<line class="rule" x1="${PADDING}" x2="${WIDTH - PADDING}" y1="${y}" y2="${y}"/>`);
      }
      if (first) parts.push(text(PADDING, middle, row.subject));
      parts.push(text(left - 10, middle, `P=${row.pipeline}`, 'soft', 'end'));
      for (const panel of panels) parts.push(...this.bars(panel, row, top, figures));
    });
    for (const panel of panels) parts.push(line(panel.scale(1), TOP - 4, bottom, 'one'));
    parts.push(...figures, ...this.footer(height - 14));
    const view = `viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}"`;
    const name = 'Throughput and server CPU per command, as ratios to other servers';
    return (
      `<svg xmlns="http://www.w3.org/2000/svg" ${view} role="img" aria-label="${name}">\n` +
      `<style>${style}\n</style>\n${parts.join('\n')}\n</svg>\n`
    );
  }
}

/** The chart of a comparison; an SVG document. Servers after the first are the references, at most four. */
export function drawComparison(results: Results): string {
  return new ComparisonChart(results).draw();
}
