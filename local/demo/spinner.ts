const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const;
/** One frame's time on the screen, in ms. */
const FRAME_TIME = 80;

/** The frame for now. */
export function spinnerFrame(now = performance.now()): string {
  return FRAMES[Math.floor(now / FRAME_TIME) % FRAMES.length] ?? FRAMES[0];
}
