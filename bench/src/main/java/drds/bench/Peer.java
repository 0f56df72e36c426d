package drds.bench;

import java.util.List;

/**
 * Something that a MySQL client can talk to and that is measured.
 *
 * @param name as the table prints it
 * @param port on 127.0.0.1
 * @param database that holds sbtest1 to sbtest4
 * @param processes whose processor time is this peer's own; empty for plain MariaDB, which has nothing in between
 */
record Peer(String name, int port, String database, List<ProcessHandle> processes) {
    /** Whether it is a JVM, which gets faster by and by. */
    boolean compilesItself() {
        return compilerSeconds() > 0;
    }

    /** The part of {@link #processorSeconds} that a JVM's compilers took. */
    double compilerSeconds() {
        return processes.stream()
                .mapToDouble(process -> ProcessFigures.compilerSeconds(process.pid()))
                .sum();
    }

    double processorSeconds() {
        double sum = 0;
        for (ProcessHandle process : processes) {
            sum += ProcessFigures.processorSeconds(process.pid());
        }
        return sum;
    }
}
