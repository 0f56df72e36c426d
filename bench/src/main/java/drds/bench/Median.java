package drds.bench;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/** The value in the middle: half of them are smaller. */
final class Median {
    private Median() {}

    /** @return as for a stream */
    static double of(List<Double> values) {
        return of(values.stream().mapToDouble(Double::doubleValue));
    }

    /** @return between the two in the middle for an even number of values, NaN for none */
    static double of(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        int n = sorted.length;
        if (n == 0) {
            return Double.NaN;
        }
        return n % 2 == 1
                ? sorted[n / 2]
                : Arrays.stream(sorted, n / 2 - 1, n / 2 + 1).average().orElse(Double.NaN);
    }
}
