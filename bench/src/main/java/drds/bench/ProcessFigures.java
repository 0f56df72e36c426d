package drds.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the kernel accounts to a process: /proc/PID/stat and /proc/PID/status, see proc(5). */
final class ProcessFigures {
    /** The kernel's USER_HZ: a tick of /proc's times is 10 ms on every Linux that we run on. */
    private static final double TICKS_PER_SECOND = 100;

    private static final Pattern COMPILER = Pattern.compile("\\(C[12] Compiler");

    private ProcessFigures() {}

    /** User and system time of all threads since the start. */
    static double processorSeconds(long pid) {
        return seconds(read(Path.of("/proc", Long.toString(pid), "stat")));
    }

    /** The time of the threads that compile, of which HotSpot's names begin with C1 and C2; 0 for another program. */
    static double compilerSeconds(long pid) {
        double sum = 0;
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path thread : threads.toList()) {
                sum += compilerSeconds(thread);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the process is gone: " + pid, e);
        }
        return sum;
    }

    private static double compilerSeconds(Path thread) {
        try {
            String stat = Files.readString(thread.resolve("stat"));
            return COMPILER.matcher(stat).find() ? seconds(stat) : 0;
        } catch (IOException e) {
            return 0; // the thread has ended
        }
    }

    private static double seconds(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    static long residentMegabytes(long pid) {
        for (String line : read(Path.of("/proc", Long.toString(pid), "status")).split("\n")) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
            }
        }
        throw new IllegalStateException("no VmRSS of process " + pid);
    }

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException("the process is gone: " + path, e);
        }
    }
}
