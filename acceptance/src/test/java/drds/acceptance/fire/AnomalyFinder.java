package drds.acceptance.fire;

import drds.acceptance.fire.History.Operation.Append;
import drds.acceptance.fire.History.Operation.Read;
import drds.acceptance.fire.History.Txn;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Infers from a history of list appends which transaction depends on which, as in Kingsbury and Alvaro, "Elle: Inferring Isolation
 * Anomalies from Experimental Observations" (2020): a list tells the order of all writes to it, so that writes (ww), reads of what
 * was written (wr) and overlooked writes (rw) are known, and looks for circles.
 */
final class AnomalyFinder {
    private enum Kind {
        WW,
        WR,
        RW
    }

    private record Edge(Txn from, Txn to, Kind kind, int key) {
        @Override
        public String toString() {
            return from.name() + " -" + kind + "(" + key + ")-> " + to.name();
        }
    }

    private final List<Txn> all;
    private final List<Txn> committed = new ArrayList<>();
    private final Map<Integer, List<Integer>> orders = new HashMap<>();
    private final Map<Integer, Txn> writers = new HashMap<>();
    private final Map<Integer, Map<Txn, Integer>> lastOfWriter = new HashMap<>();
    private final Map<Txn, List<Edge>> edges = new HashMap<>();
    private final Map<Anomaly, List<String>> found = new TreeMap<>();

    private AnomalyFinder(History history) {
        all = history.transactions();
        orders.putAll(history.last());
    }

    /** All kinds of anomalies that a history shows, with examples. */
    static Map<Anomaly, List<String>> anomalies(History history) {
        AnomalyFinder finder = new AnomalyFinder(history);
        finder.readOrders();
        finder.checkAppends();
        finder.checkReads();
        finder.makeEdges();
        finder.findCircles();
        return finder.found;
    }

    private void note(Anomaly anomaly, Object example) {
        found.computeIfAbsent(anomaly, kind -> new ArrayList<>()).add(example.toString());
    }

    // ---- what is there ----

    private void readOrders() {
        for (Txn txn : all) {
            for (History.Operation operation : txn.operations()) {
                if (operation instanceof Append(int key, int value)) {
                    writers.put(value, txn);
                    lastOfWriter.computeIfAbsent(key, k -> new HashMap<>()).put(txn, value);
                }
            }
        }
        for (Txn txn : all) {
            for (History.Operation operation : txn.operations()) {
                if (txn.end() == History.End.COMMITTED && operation instanceof Read(int key, List<Integer> values)) {
                    readOrder(txn, key, values);
                }
            }
        }
        Set<Integer> present = new HashSet<>();
        orders.values().forEach(present::addAll);
        for (Txn txn : all) {
            boolean visible = txn.operations().stream()
                    .anyMatch(operation -> operation instanceof Append(int key, int value) && present.contains(value));
            if (txn.end() == History.End.COMMITTED || txn.end() == History.End.UNKNOWN && visible) {
                committed.add(txn);
            }
        }
    }

    private void readOrder(Txn reader, int key, List<Integer> values) {
        List<Integer> known = orders.getOrDefault(key, List.of());
        int common = Math.min(known.size(), values.size());
        boolean unknownValue = values.stream().anyMatch(value -> !writers.containsKey(value));
        if (unknownValue || !known.subList(0, common).equals(values.subList(0, common))) {
            note(Anomaly.INCOMPATIBLE_ORDER, reader + " against " + known);
        } else if (values.size() > known.size()) {
            orders.put(key, values);
        }
    }

    private void checkAppends() {
        for (Txn txn : all) {
            int there = 0;
            int missing = 0;
            for (History.Operation operation : txn.operations()) {
                if (operation instanceof Append(int key, int value)) {
                    boolean present = orders.getOrDefault(key, List.of()).contains(value);
                    there += present ? 1 : 0;
                    missing += present ? 0 : 1;
                }
            }
            if (there > 0 && missing > 0) {
                note(Anomaly.HALF_DONE, txn);
            }
            if (txn.end() == History.End.COMMITTED && missing > 0) {
                note(Anomaly.LOST_APPEND, txn);
            }
            if (txn.end() == History.End.ROLLED_BACK && there > 0) {
                note(Anomaly.G1A, txn + " was rolled back");
            }
        }
    }

    private void checkReads() {
        for (Txn reader : committed) {
            Map<Integer, List<Integer>> own = new HashMap<>();
            for (History.Operation operation : reader.operations()) {
                switch (operation) {
                    case Append(int key, int value) ->
                        own.computeIfAbsent(key, k -> new ArrayList<>()).add(value);
                    case Read(int key, List<Integer> values) ->
                        checkRead(reader, key, values, own.getOrDefault(key, List.of()));
                }
            }
        }
    }

    private void checkRead(Txn reader, int key, List<Integer> values, List<Integer> own) {
        int others = values.size() - own.size();
        if (others < 0 || !values.subList(others, values.size()).equals(own)) {
            note(Anomaly.INTERNAL, reader);
            return;
        }
        for (int value : values.subList(0, others)) {
            Txn writer = writers.get(value);
            if (writer != null && writer.end() == History.End.ROLLED_BACK) {
                note(Anomaly.G1A, reader + " of " + writer);
            }
        }
        Txn last = others == 0 ? null : writers.get(values.get(others - 1));
        Map<Txn, Integer> lastWords = lastOfWriter.getOrDefault(key, Map.of());
        if (last != null && last != reader && !values.get(others - 1).equals(lastWords.get(last))) {
            note(Anomaly.G1B, reader + " of " + last);
        }
    }

    // ---- who depends on whom ----

    private void makeEdges() {
        orders.forEach((key, order) -> {
            for (int i = 1; i < order.size(); i++) {
                edge(writers.get(order.get(i - 1)), writers.get(order.get(i)), Kind.WW, key);
            }
        });
        for (Txn reader : committed) {
            Set<Integer> changed = new HashSet<>();
            for (History.Operation operation : reader.operations()) {
                if (operation instanceof Append(int key, int value)) {
                    changed.add(key);
                } else if (operation instanceof Read(int key, List<Integer> values) && !changed.contains(key)) {
                    List<Integer> order = orders.getOrDefault(key, List.of());
                    if (!values.isEmpty()) {
                        edge(writers.get(values.getLast()), reader, Kind.WR, key);
                    }
                    if (values.size() < order.size()) {
                        edge(reader, writers.get(order.get(values.size())), Kind.RW, key);
                    }
                }
            }
        }
    }

    private void edge(@Nullable Txn from, @Nullable Txn to, Kind kind, int key) {
        if (from != null && to != null && from != to) {
            edges.computeIfAbsent(from, txn -> new ArrayList<>()).add(new Edge(from, to, kind, key));
        }
    }

    // ---- circles ----

    private void findCircles() {
        keepEdgesOfCircles();
        for (Txn txn : committed) {
            for (Edge first : edges.getOrDefault(txn, List.of())) {
                switch (first.kind) {
                    case WW -> circle(first, edge -> edge.kind == Kind.WW, Anomaly.G0);
                    case WR -> circle(first, edge -> edge.kind != Kind.RW, Anomaly.G1C);
                    case RW -> overlooked(first);
                }
            }
        }
    }

    /** What no edge goes into, or none out of, is on no circle; again and again. */
    private void keepEdgesOfCircles() {
        int before;
        do {
            before = edges.values().stream().mapToInt(List::size).sum();
            Set<Txn> entered = new HashSet<>();
            edges.values().forEach(out -> out.forEach(edge -> entered.add(edge.to)));
            edges.keySet().retainAll(entered);
            edges.values().forEach(out -> out.removeIf(edge -> !edges.containsKey(edge.to)));
            edges.values().removeIf(List::isEmpty);
        } while (edges.values().stream().mapToInt(List::size).sum() < before);
    }

    private void circle(Edge first, Predicate<Edge> allowed, Anomaly anomaly) {
        List<Edge> way = way(first, allowed, false);
        if (way != null) {
            note(anomaly, way);
        }
    }

    private void overlooked(Edge first) {
        List<Edge> single = way(first, edge -> edge.kind != Kind.RW, false);
        if (single != null) {
            note(kindOf(single), single);
            return;
        }
        List<Edge> fork = way(first, edge -> true, true);
        if (fork != null) {
            note(Anomaly.LONG_FORK, fork);
            return;
        }
        circle(first, edge -> true, Anomaly.G2);
    }

    private static Anomaly kindOf(List<Edge> circle) {
        if (circle.size() == 2) {
            Edge back = circle.get(1);
            if (back.kind == Kind.WW && back.key == circle.getFirst().key) {
                return Anomaly.LOST_UPDATE;
            }
            if (back.kind == Kind.WR) {
                return Anomaly.FRACTURED_READ;
            }
        }
        return Anomaly.G_SINGLE;
    }

    private record Place(Txn txn, boolean afterRw) {}

    /**
     * The shortest way from an edge's end back to its beginning, with the edge.
     *
     * @param apart whether no two overlooked writes may follow each other, in the whole circle
     */
    private @Nullable List<Edge> way(Edge first, Predicate<Edge> allowed, boolean apart) {
        Map<Place, Edge> cameBy = new HashMap<>();
        Map<Place, Place> cameFrom = new HashMap<>();
        ArrayDeque<Place> open = new ArrayDeque<>();
        Place start = new Place(first.to, apart);
        open.add(start);
        cameFrom.put(start, start);
        while (!open.isEmpty()) {
            Place place = open.remove();
            for (Edge edge : edges.getOrDefault(place.txn, List.of())) {
                boolean rw = edge.kind == Kind.RW;
                if (!allowed.test(edge) || apart && rw && place.afterRw) {
                    continue;
                }
                if (edge.to == first.from && !(apart && rw)) {
                    List<Edge> circle = new ArrayList<>(List.of(edge));
                    for (Place back = place; back != start; back = cameFrom.get(back)) {
                        circle.addFirst(cameBy.get(back));
                    }
                    circle.addFirst(first);
                    return circle;
                }
                Place next = new Place(edge.to, apart && rw);
                if (cameFrom.putIfAbsent(next, place) == null) {
                    cameBy.put(next, edge);
                    open.add(next);
                }
            }
        }
        return null;
    }
}
