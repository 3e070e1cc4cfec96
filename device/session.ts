// Requests to a board and their answers in frames: each arrives once, in order, whatever the line drops, damages or doubles.
import { KilnError } from '../base/errors.js';
import { encodeFrame, FrameReader, type Frame } from './frames.js';
import type { ByteLink } from './link.js';
import { ANSWER, GAP, HELLO, helloPayload, NO_SESSION, readHello, REFUSAL, refusalText } from './requests.js';
import type { Hello, Request } from './requests.js';
import { RoundTrips } from './round_trips.js';

export interface SessionOptions {
  /** Longest time without progress. */
  timeoutMs: number;
  /** Told of each line that the firmware prints between frames. */
  onLog?: ((line: string) => void) | undefined;
}

/** What the line did to frames; damaged ones on either side, as far as the sides have noticed. */
export interface LineCounts {
  sent: number;
  resent: number;
  damaged: number;
}

/**
 * Bytes under way to the board at a time. A host that waits for room to write does not read (@serialport/bindings-cpp polls
 * for one of the two), so what is under way has to fit the system's buffers.
 */
const MAX_UNDER_WAY = 1024;
const MAX_PAYLOAD = 1024;
const [FIRST_KNOCK_MS, LAST_KNOCK_MS] = [100, 1000];

let lastSession = Math.floor(Math.random() * 255);

/** A request under way. */
interface Pending {
  request: Request;
  sequence: number;
  bytes: Buffer;
  payloads: Uint8Array[];
  done: boolean;
  sends: number;
  sentAt: number;
}

export class Session {
  readonly counts: LineCounts = { sent: 0, resent: 0, damaged: 0 };
  private readonly trips = new RoundTrips();
  private reader = new FrameReader();
  private log = '';
  private id = 0;
  private sequence = 0;
  private current: Hello | undefined;
  /** Whether an exchange ended early: nobody knows which of its requests the board has seen. */
  private broken = false;
  /** When something was last achieved, and when something was last heard or sent. */
  private achieved = 0;
  private active = 0;
  private damagedBefore = 0;

  constructor(
    readonly link: ByteLink,
    private readonly options: SessionOptions,
  ) {}

  /** What the board said at the last greeting. */
  get hello(): Hello {
    return this.current!;
  }

  /** Begins a session; what was under way is forgotten. @throws KilnError `board-silent`, `link-noisy`, `board-lost` */
  async greet(timeoutMs = this.options.timeoutMs): Promise<Hello> {
    this.id = lastSession = (lastSession % 255) + 1;
    this.sequence = 1;
    this.broken = false;
    return this.knock(timeoutMs);
  }

  /** Asks for the greeting again, within the session: whether the board is heard. @throws KilnError as greet() */
  async knock(timeoutMs: number): Promise<Hello> {
    this.begin();
    const payload = helloPayload(MAX_PAYLOAD);
    const bytes = encodeFrame({ type: HELLO, session: this.id, sequence: 0, payload });
    const end = this.achieved + timeoutMs;
    for (let patience = FIRST_KNOCK_MS; performance.now() < end; patience = Math.min(1.5 * patience, LAST_KNOCK_MS)) {
      this.transmit(bytes);
      const hello = await this.heardHello(Math.min(end, performance.now() + patience));
      if (hello) return (this.current = hello);
      if (this.link.isGone()) throw this.gone();
    }
    throw this.silence(timeoutMs);
  }

  /**
   * Sends requests, as many ahead as the board takes, until each is answered.
   * @returns the payloads of each request's answers: all of them, or for a request with several, those that arrived
   * @throws KilnError `board-reset` where the board has lost the session, `board-refused`, `board-silent`, `link-noisy`,
   * `board-lost`
   */
  async exchange(requests: readonly Request[]): Promise<Uint8Array[][]> {
    if (this.broken) await this.greet();
    this.broken = true;
    const answers = await this.exchangeInOrder(requests);
    this.broken = false;
    return answers;
  }

  private async exchangeInOrder(requests: readonly Request[]): Promise<Uint8Array[][]> {
    const all = requests.map((request) => this.number(request));
    let [first, sent] = [0, 0];
    this.begin();
    while (first < all.length) {
      while (sent < all.length && this.fits(all.slice(first, sent), all[sent]!)) this.send(all[sent++]!);
      await this.listen(all.slice(first, sent));
      while (first < sent && all[first]!.done) first++;
    }
    return all.map(({ payloads }) => payloads);
  }

  private number(request: Request): Pending {
    const { sequence } = this;
    this.sequence = (sequence + 1) & 0xffff;
    const bytes = encodeFrame({ type: request.type, session: this.id, sequence, payload: request.payload });
    return { request, sequence, bytes, payloads: [], done: false, sends: 0, sentAt: 0 };
  }

  private begin(): void {
    this.achieved = this.active = performance.now();
    this.damagedBefore = this.counts.damaged;
  }

  /** What is sent while the board is busy waits in its port's buffer, which is small. */
  private fits(underWay: readonly Pending[], next: Pending): boolean {
    if (underWay.some(({ request, done }) => request.busy === 'timed' && !done)) return false;
    const bytes = (list: readonly Pending[]) => list.reduce((sum, pending) => sum + pending.bytes.length, 0);
    const busy = underWay.findIndex(({ request }) => request.busy);
    const waiting = busy < 0 ? 0 : bytes(underWay.slice(busy + 1)) + next.bytes.length;
    const room = waiting <= this.hello.waiting / 2 && bytes(underWay) + next.bytes.length <= MAX_UNDER_WAY;
    return underWay.length === 0 || (room && underWay.length < this.hello.window);
  }

  private send(pending: Pending): void {
    if (pending.sends++ > 0) this.counts.resent++;
    else pending.sentAt = performance.now();
    this.transmit(pending.bytes);
  }

  private transmit(bytes: Buffer): void {
    this.counts.sent++;
    this.active = performance.now();
    this.link.write(bytes);
  }

  private async listen(underWay: readonly Pending[]): Promise<void> {
    const oldest = underWay.find(({ done }) => !done)!;
    const deadline = Math.min(
      this.active + this.trips.patience(oldest.request.type, oldest.request.busy === 'timed' ? 'timed' : 'usual'),
      this.achieved + this.options.timeoutMs,
    );
    const damaged = this.counts.damaged;
    const frames = await this.receive(deadline);
    if (!frames) return this.overdue(underWay, oldest);
    for (const frame of frames) this.take(frame, underWay);
    // What came damaged together with the last good answer may be the answer to what followed it.
    this.damagedBefore = Math.min(this.damagedBefore, damaged);
  }

  /** Frames of this session, or undefined after the time. */
  private async receive(deadline: number): Promise<Frame[] | undefined> {
    const bytes = await this.link.read(Math.max(0, deadline - performance.now()));
    if (!bytes) return undefined;
    const heard = this.reader.feed(bytes);
    this.counts.damaged += heard.damaged;
    this.print(heard.text);
    const frames = heard.frames.filter(({ session }) => session === this.id);
    if (frames.length > 0) this.active = performance.now();
    return frames;
  }

  private async heardHello(deadline: number): Promise<Hello | undefined> {
    for (;;) {
      const frames = await this.receive(deadline);
      if (!frames) return undefined;
      const answer = frames.find(({ type }) => type === (HELLO | ANSWER));
      const hello = answer && readHello(answer.payload);
      if (hello) return hello;
      if (performance.now() >= deadline) return undefined;
    }
  }

  private overdue(underWay: readonly Pending[], oldest: Pending): void {
    if (this.link.isGone()) throw this.gone();
    if (performance.now() >= this.achieved + this.options.timeoutMs) throw this.silence(this.options.timeoutMs);
    this.trips.lost(oldest.request.type);
    this.resend(underWay);
  }

  private resend(underWay: readonly Pending[]): void {
    for (const pending of underWay) {
      // What is missing of several answers is for the caller to ask for.
      if (pending.payloads.length > 0) this.finish(pending);
      else if (!pending.done) this.send(pending);
    }
  }

  private take(frame: Frame, underWay: readonly Pending[]): void {
    if (frame.type === REFUSAL) return this.refused(frame, underWay);
    const at = underWay.findIndex(
      ({ sequence, request }) => sequence === frame.sequence && frame.type === (request.type | ANSWER),
    );
    const pending = underWay[at];
    if (!pending || pending.done) return;
    pending.payloads.push(frame.payload);
    this.begin();
    if (pending.request.isLast?.(frame.payload) ?? true) this.finish(pending);
    // The board works in order: what came before has been done, or its answer is lost.
    for (const earlier of underWay.slice(0, at)) {
      if (earlier.request.implied || earlier.request.isLast) this.finish(earlier);
    }
  }

  private finish(pending: Pending): void {
    if (pending.done) return;
    pending.done = true;
    this.begin();
    // How long an inference takes has to be learned even where its request was sent again meanwhile.
    const known = pending.sends === 1 || pending.request.busy === 'timed';
    this.trips.took(pending.request.type, known ? performance.now() - pending.sentAt : undefined);
  }

  private refused({ payload, sequence }: Frame, underWay: readonly Pending[]): void {
    const [code, , low, high] = payload;
    if (code === NO_SESSION)
      throw this.problem('board-reset', 'the board has started anew in the middle of a transfer');
    if (code === GAP) {
      this.counts.damaged++;
      const from = underWay.findIndex((pending) => pending.sequence === (low! | (high! << 8)));
      if (from >= 0) this.resend(underWay.slice(from));
      return;
    }
    const refused = underWay.find((pending) => pending.sequence === sequence);
    if (!refused) return;
    throw this.problem('board-refused', `the board refused ${refused.request.what}: ${refusalText(code!)}`);
  }

  private print(text: string): void {
    const lines = (this.log + text).split(/\r?\n/);
    this.log = lines.pop()!;
    for (const line of lines) this.options.onLog?.(line);
  }

  private silence(timeoutMs: number): KilnError {
    const damaged = this.counts.damaged - this.damagedBefore + (this.reader.isAmidst ? 1 : 0);
    if (damaged === 0) return this.problem('board-silent', `no board answered within ${timeoutMs / 1000} s`);
    const what = `nothing came through within ${timeoutMs / 1000} s, and ${damaged} frames were damaged on the way`;
    return this.problem('link-noisy', what, this.noiseAdvice());
  }

  private noiseAdvice(): string {
    return 'Check cable and ground, use a lower --speed, and close other programs that read this port.';
  }

  private gone(): KilnError {
    return this.problem('board-lost', 'the connection to the board was lost: its port is gone');
  }

  private problem(
    code: string,
    what: string,
    todo = 'Check cable and power, and that firmware of this tinykiln runs on the board (`kiln flash`).',
  ): KilnError {
    return new KilnError(code, { where: `port ${this.link.path}`, what, todo }, 'device');
  }
}
