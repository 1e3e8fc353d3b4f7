import type { LogFields } from './logger.ts';

/** In which namespace CloudWatch has the metrics of rotations. */
const NAMESPACE = 'SecretsRotation';

interface Metric {
  readonly unit: 'Milliseconds' | 'Count';
  readonly value: number;
}

/** Fields of the same line, by which a metric is told apart: never what names a secret, for each value makes metrics of its own. */
type Dimensions = readonly string[];

const BY_ROTATION: Dimensions = ['engine', 'strategy'];
const BY_STEP: Dimensions = [...BY_ROTATION, 'step'];

/** Metrics by their names, of which each list of dimensions makes one. */
interface MetricGroup {
  readonly dimensions: readonly Dimensions[];
  readonly metrics: Readonly<Record<string, Metric>>;
}

/**
 * Fields that CloudWatch Logs makes metrics of (embedded metric format).
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
function metricFields(groups: readonly MetricGroup[]): LogFields {
  const named = groups.flatMap(({ metrics }) => Object.entries(metrics));
  return {
    ...Object.fromEntries(named.map(([name, { value }]) => [name, value])),
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: groups.map(({ dimensions, metrics }) => ({
        Namespace: NAMESPACE,
        Dimensions: dimensions,
        Metrics: Object.entries(metrics).map(([Name, { unit }]) => ({ Name, Unit: unit })),
      })),
    },
  };
}

/**
 * How a step ended, and what it took.
 * @param loginGap how long logins with AWSCURRENT have been rejected by then, in ms, where they are and it is known
 */
export function stepMetrics(
  ending: 'StepSucceeded' | 'StepFailed',
  milliseconds: number,
  loginGap?: number,
): LogFields {
  const step: MetricGroup = {
    dimensions: [BY_ROTATION, BY_STEP],
    metrics: {
      [ending]: { unit: 'Count', value: 1 },
      StepDuration: { unit: 'Milliseconds', value: milliseconds },
    },
  };
  return metricFields(loginGap === undefined ? [step] : [step, gapGroup(loginGap)]);
}

/** How long logins with AWSCURRENT were rejected. */
export function loginGapMetric(milliseconds: number): LogFields {
  return metricFields([gapGroup(milliseconds)]);
}

function gapGroup(milliseconds: number): MetricGroup {
  return {
    dimensions: [BY_ROTATION],
    metrics: { LoginGap: { unit: 'Milliseconds', value: milliseconds } },
  };
}
