/** The straight line through points by least squares: its slope, and the standard error of that. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): {
  readonly slope: number
  readonly error: number
} {
  const count = points.length
  const mean = (pick: (point: readonly [number, number]) => number) =>
    points.reduce((sum, point) => sum + pick(point), 0) / count
  const [x, y] = [mean(([each]) => each), mean(([, each]) => each)]
  const spread = points.reduce((sum, [each]) => sum + (each - x) ** 2, 0)
  const slope = points.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0) / spread
  const rest = points.reduce((sum, [a, b]) => sum + (b - y - slope * (a - x)) ** 2, 0)
  return { slope, error: Math.sqrt(rest / (count - 2) / spread) }
}
