package drds.transaction;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What can be switched off so that tests prove that they would see its absence; both are there in every server that runs for others.
 *
 * @param gate whether snapshots keep commits out while they open
 * @param decision whether commits over several instances go by a decision in the log, instead of one instance after the other
 */
public record Safeguards(boolean gate, boolean decision) {
    /** The system property that names what to do without: "gate", "decision". */
    public static final String PROPERTY = "drds.test.without";

    static final Safeguards ALL = new Safeguards(true, true);

    private static final Logger LOG = LoggerFactory.getLogger(Safeguards.class);

    /** What the property leaves. */
    public static Safeguards configured() {
        String without = System.getProperty(PROPERTY);
        if (without == null) {
            return ALL;
        }
        LOG.warn("transactions go without {}: this is for tests", without);
        List<String> names = List.of(without.split(","));
        return new Safeguards(!names.contains("gate"), !names.contains("decision"));
    }
}
