package drds.matrix;

import drds.atom.Atom;
import drds.atom.AtomLimits;
import drds.atom.Backend;
import drds.atom.SessionState;
import drds.catalog.Catalog;
import drds.catalog.GroupDefinition;
import drds.error.ErrorCode;
import drds.group.Group;
import drds.wire.Loop;
import drds.wire.Loops;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All Groups by name. {@link #update} follows the catalog: Groups that did not change keep their connections. */
public final class Matrix implements AutoCloseable {
    private final Loops loops;
    private final AtomLimits limits;
    private volatile Map<String, Group> groups = Map.of();
    private volatile String defaultGroup = "";

    public Matrix(Loops loops, AtomLimits limits) {
        this.loops = loops;
        this.limits = limits;
    }

    /** Opens new Groups and closes those that are gone or changed. Opens no connection. */
    public synchronized void update(Catalog catalog) {
        Map<String, Group> present = groups;
        Map<String, Group> next = new LinkedHashMap<>();
        for (GroupDefinition definition : catalog.groups().values()) {
            Group old = present.get(definition.name());
            next.put(
                    definition.name(),
                    old != null && old.definition().equals(definition) ? old : new Group(definition, loops, limits));
        }
        groups = Collections.unmodifiableMap(next);
        defaultGroup = catalog.defaultGroup();
        for (Group old : present.values()) {
            if (next.get(old.name()) != old) {
                old.close();
            }
        }
    }

    /** @throws drds.error.SqlError if there is no such Group */
    public Group group(String name) {
        Group group = groups.get(name);
        if (group == null) {
            throw ErrorCode.INSTANCE_UNAVAILABLE.with("There is no Group '" + name + "'");
        }
        return group;
    }

    /** The Group that holds the home schemas. */
    public Group home() {
        return group(defaultGroup);
    }

    public Collection<Group> groups() {
        return List.copyOf(groups.values());
    }

    /**
     * A connection to a Group's primary.
     *
     * @param loop the calling thread's
     */
    public Backend take(String group, Loop loop, SessionState wanted) {
        return group(group).primary().take(loop, wanted);
    }

    /** A connection to a Group's primary that clients' statements can't hold, for short work of DRDS's own. */
    public Backend takeAside(String group, Loop loop, SessionState wanted) {
        return group(group).primary().takeAside(loop, wanted);
    }

    /** A connection for a read outside of transactions. */
    public Backend takeReader(String group, Loop loop, SessionState wanted) {
        return group(group).reader().take(loop, wanted);
    }

    /** Closes connections that have been idle for too long; to be called now and then. */
    public void closeIdle() {
        for (Group group : groups.values()) {
            group.atoms().forEach(Atom::closeIdle);
        }
    }

    @Override
    public synchronized void close() {
        groups.values().forEach(Group::close);
    }
}
