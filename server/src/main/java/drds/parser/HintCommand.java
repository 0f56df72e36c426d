package drds.parser;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One command of a DRDS hint. */
public sealed interface HintCommand {
    /** {@code node('g0', 1)}: only there. Numbers are those of SHOW NODE, names those of Groups or of physical schemas. */
    record Node(List<String> nodes) implements HintCommand {
        public Node {
            nodes = List.copyOf(nodes);
        }
    }

    /**
     * {@code scan(...)}: on all physical tables, or on some.
     *
     * @param tables logical ones; empty for those that the statement names
     * @param condition only where rows can be for which it holds; null for everywhere
     * @param realTables only those; each entry has a physical name for each of the tables, separated by commas. Empty for all
     * @param nodes only there; empty for everywhere
     */
    record Scan(List<String> tables, @Nullable String condition, List<String> realTables, List<String> nodes)
            implements HintCommand {
        public Scan {
            tables = List.copyOf(tables);
            realTables = List.copyOf(realTables);
            nodes = List.copyOf(nodes);
        }
    }

    /** {@code master()}: reads go to primaries. */
    record Master() implements HintCommand {}

    /** {@code slave()}: reads go to replicas. */
    record Slave() implements HintCommand {}

    /** {@code socket_timeout(ms)}. */
    record SocketTimeout(long millis) implements HintCommand {}

    /** {@code index(t, g)}: rows of the table are to be found by its global index. */
    record Index(String table, String index) implements HintCommand {}

    /** {@code defer}: after the commit. */
    record Defer() implements HintCommand {}

    /** {@code NAME=value} and {@code cmd_extra(...)}: settings of DRDS's own ways of running a statement. */
    record Setting(String text) implements HintCommand {}
}
