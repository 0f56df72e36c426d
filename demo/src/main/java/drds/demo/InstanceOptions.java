package drds.demo;

import java.util.List;

/**
 * What may differ between uses of an instance.
 *
 * @param bufferPoolMegabytes InnoDB's buffer pool
 * @param durable whether a commit waits for the disk; off only where data is thrown away afterwards
 * @param extraArguments further options of the server program, after (and so stronger than) our own
 */
public record InstanceOptions(int bufferPoolMegabytes, boolean durable, List<String> extraArguments) {
    public InstanceOptions {
        if (bufferPoolMegabytes < 8) {
            throw new IllegalArgumentException("buffer pool under 8 MB: " + bufferPoolMegabytes);
        }
        extraArguments = List.copyOf(extraArguments);
    }

    /** For data that is to stay: several instances on a laptop, commits that survive a crash. */
    public static InstanceOptions demo() {
        return new InstanceOptions(128, true, List.of());
    }

    /** For tests: a commit that doesn't wait for the disk. */
    public static InstanceOptions tests() {
        return new InstanceOptions(96, false, List.of());
    }

    /** The same with one more option of the server program, such as {@code --max-connections=20}. */
    public InstanceOptions with(String argument) {
        List<String> more = new java.util.ArrayList<>(extraArguments);
        more.add(argument);
        return new InstanceOptions(bufferPoolMegabytes, durable, more);
    }
}
