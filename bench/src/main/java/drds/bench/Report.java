package drds.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Collects rounds and prints their medians, and each figure's ratio to the same figure of a base. */
final class Report {
    /** @param processorMicros of the peer itself a statement; NaN for plain MariaDB */
    private record Round(Sysbench.Result result, double processorMicros) {}

    private final Map<String, Map<String, List<Round>>> rounds = new LinkedHashMap<>();

    void add(String workload, Peer peer, Sysbench.Result result, double processorSeconds) {
        double micros = peer.processes().isEmpty() ? Double.NaN : processorSeconds * 1e6 / result.queries();
        rounds.computeIfAbsent(workload, _ -> new LinkedHashMap<>())
                .computeIfAbsent(peer.name(), _ -> new ArrayList<>())
                .add(new Round(result, micros));
    }

    /** Markdown, one table a workload. */
    String text() {
        StringBuilder out = new StringBuilder();
        rounds.forEach((workload, peers) -> {
            out.append("\n### ").append(workload).append("\n\n");
            out.append("| | statements/s | ÷ plain | latency ms | 95 % ms | proxy µs/statement | ÷ HAProxy |\n");
            out.append("|---|---|---|---|---|---|---|\n");
            double plain = median(peers.get("MariaDB"), r -> r.result().queriesPerSecond());
            double haproxy = median(peers.get("HAProxy"), Round::processorMicros);
            peers.forEach((peer, list) -> {
                double rate = median(list, r -> r.result().queriesPerSecond());
                double micros = median(list, Round::processorMicros);
                out.append(String.format(
                        Locale.ROOT,
                        "| %s | %.0f | %s | %.2f | %.2f | %s | %s |%n",
                        peer,
                        rate,
                        ratio(rate, plain),
                        median(list, r -> r.result().latencyMillis()),
                        median(list, r -> r.result().latencyMillis95()),
                        Double.isNaN(micros) ? "" : String.format(Locale.ROOT, "%.1f", micros),
                        ratio(micros, haproxy)));
            });
        });
        return out.toString();
    }

    private static String ratio(double value, double base) {
        return Double.isNaN(value) || Double.isNaN(base) ? "" : String.format(Locale.ROOT, "%.2f", value / base);
    }

    private static double median(
            @org.jspecify.annotations.Nullable List<Round> rounds, ToDoubleFunction<Round> figure) {
        if (rounds == null) {
            return Double.NaN;
        }
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        int n = sorted.length;
        return n % 2 == 1
                ? sorted[n / 2]
                : Arrays.stream(sorted, n / 2 - 1, n / 2 + 1).average().orElse(Double.NaN);
    }
}
