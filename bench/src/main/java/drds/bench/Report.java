package drds.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Collects rounds and prints their medians, and each figure's ratio to the same figure of a base. */
final class Report {
    /**
     * @param processorMicros of the peer itself a statement; NaN for plain MariaDB
     * @param compilerMicros the part of it that a JVM's compilers took
     */
    private record Round(Sysbench.Result result, double processorMicros, double compilerMicros) {}

    private final Map<String, Map<String, List<Round>>> rounds = new LinkedHashMap<>();

    void add(String workload, Peer peer, Sysbench.Result result, double processorSeconds, double compilerSeconds) {
        double micros = peer.processes().isEmpty() ? Double.NaN : processorSeconds * 1e6 / result.queries();
        double compiler = compilerSeconds * 1e6 / result.queries();
        rounds.computeIfAbsent(workload, _ -> new LinkedHashMap<>())
                .computeIfAbsent(peer.name(), _ -> new ArrayList<>())
                .add(new Round(result, micros, compiler));
    }

    /**
     * Markdown, one table a workload. The ratio to HAProxy is told for the first and the second half of the rounds as well, so that
     * one sees how far two measurements in a row agree, and beside it what part of the time is a JVM's compilers', which is in it.
     */
    String text() {
        StringBuilder out = new StringBuilder();
        rounds.forEach((workload, peers) -> {
            out.append("\n### ").append(workload).append("\n\n");
            out.append(
                    "| | statements/s | ÷ plain | latency ms | 95 % ms | proxy µs/statement | compilers' | ÷ HAProxy | 1st, 2nd half |\n");
            out.append("|---|---|---|---|---|---|---|---|---|\n");
            peers.keySet().forEach(peer -> out.append(line(peer, peers)));
        });
        return out.toString();
    }

    private static String line(String peer, Map<String, List<Round>> peers) {
        List<Round> list = peers.getOrDefault(peer, List.of());
        List<Round> haproxy = peers.getOrDefault("HAProxy", List.of());
        int half = list.size() / 2;
        double rate = median(list, r -> r.result().queriesPerSecond());
        double micros = median(list, Round::processorMicros);
        double plain =
                median(peers.getOrDefault("MariaDB", List.of()), r -> r.result().queriesPerSecond());
        boolean halves = half > 0 && half < haproxy.size() && !peer.equals("HAProxy");
        String first = halves ? ratio(list.subList(0, half), haproxy.subList(0, half)) : "";
        return String.format(
                Locale.ROOT,
                "| %s | %.0f | %s | %.2f | %.2f | %s | %s | %s | %s |%n",
                peer,
                rate,
                ratio(rate, plain),
                median(list, r -> r.result().latencyMillis()),
                median(list, r -> r.result().latencyMillis95()),
                Double.isNaN(micros) ? "" : String.format(Locale.ROOT, "%.1f", micros),
                compilers(list),
                ratio(list, haproxy),
                first.isEmpty()
                        ? ""
                        : first + ", " + ratio(list.subList(half, list.size()), haproxy.subList(half, haproxy.size())));
    }

    /** The part of a JVM's time that its compilers took. */
    private static String compilers(List<Round> list) {
        double all = list.stream().mapToDouble(Round::processorMicros).sum();
        double compilers = list.stream().mapToDouble(Round::compilerMicros).sum();
        return compilers > 0 ? String.format(Locale.ROOT, "%.0f %%", 100 * compilers / all) : "";
    }

    private static String ratio(List<Round> list, List<Round> base) {
        return ratio(median(list, Round::processorMicros), median(base, Round::processorMicros));
    }

    private static String ratio(double value, double base) {
        return Double.isNaN(value) || Double.isNaN(base) ? "" : String.format(Locale.ROOT, "%.2f", value / base);
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
        return Median.of(rounds.stream().mapToDouble(figure));
    }
}
