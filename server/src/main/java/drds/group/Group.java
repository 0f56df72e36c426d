package drds.group;

import drds.atom.Atom;
import drds.atom.AtomLimits;
import drds.catalog.GroupDefinition;
import drds.wire.Loops;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** One primary instance and its replicas. */
public final class Group implements AutoCloseable {
    private final GroupDefinition definition;
    private final Atom primary;
    private final List<Reader> replicas = new ArrayList<>();
    private final int totalWeight;
    private final AtomicInteger turn = new AtomicInteger();

    private record Reader(Atom atom, int weight) {}

    public Group(GroupDefinition definition, Loops loops, AtomLimits limits) {
        this.definition = definition;
        this.primary = new Atom(definition.primary(), loops, limits);
        int weights = 0;
        for (GroupDefinition.Replica replica : definition.replicas()) {
            if (replica.readWeight() > 0) {
                replicas.add(new Reader(new Atom(replica.instance(), loops, limits), replica.readWeight()));
                weights += replica.readWeight();
            }
        }
        this.totalWeight = weights;
    }

    public GroupDefinition definition() {
        return definition;
    }

    public String name() {
        return definition.name();
    }

    public Atom primary() {
        return primary;
    }

    /**
     * Who answers a read outside of transactions: the replicas in turn by their weights, the primary if there are none with a
     * weight or none that is available.
     */
    public Atom reader() {
        if (totalWeight == 0) {
            return primary;
        }
        int place = Math.floorMod(turn.getAndIncrement(), totalWeight);
        for (Reader reader : replicas) {
            place -= reader.weight();
            if (place < 0 && reader.atom().isAvailable()) {
                return reader.atom();
            }
        }
        for (Reader reader : replicas) {
            if (reader.atom().isAvailable()) {
                return reader.atom();
            }
        }
        return primary;
    }

    /** The primary first. */
    public List<Atom> atoms() {
        List<Atom> atoms = new ArrayList<>();
        atoms.add(primary);
        replicas.forEach(reader -> atoms.add(reader.atom()));
        return atoms;
    }

    @Override
    public void close() {
        atoms().forEach(Atom::close);
    }
}
