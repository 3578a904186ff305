package io.tapmeta.proxy.gate;

import io.tapmeta.resolver.instance.Budget;
import io.tapmeta.resolver.instance.Budget.Part;
import io.tapmeta.resolver.instance.Policy;
import io.tapmeta.resolver.instance.Policy.Subject;
import io.tapmeta.resolver.instance.Policy.Tokens;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one VM uses of the node, what it may use of it, and what it may ask. Belongs to the loop of
 * its attachment.
 */
public final class Account {
  /** Connections that a VM gets even where the node has few left: more than a boot has at once. */
  private static final int FEW = 8;

  private final boolean strangers;
  private final Pace connecting = new Pace();
  private final Pace asking = new Pace();
  private final AuditQuota auditQuota = new AuditQuota();
  private @Nullable Rules rules;
  private long revision;
  private int connections;
  private long buffered;
  private int maxConnections;
  private int maxRequests;
  private long maxBuffered;
  private boolean endpoint = true;
  private boolean uniform;
  private Tokens tokens = Tokens.OFF;
  private boolean sourceChecked;
  private int hops = Policy.SYSTEMS_HOPS;
  private Set<Subject> denied = EnumSet.noneOf(Subject.class);
  private boolean reported;

  /** The node's budget and policy, one object for as long as they are in force. */
  public record Rules(Budget budget, Policy policy) {}

  Account(boolean strangers) {
    this.strangers = strangers;
  }

  /** True where it is shared by all whom no record claims. */
  public boolean isStrangers() {
    return strangers;
  }

  /**
   * Sees to it that what is in force is what node and record say now.
   *
   * @param recordRevision by which it is told from the one that was in force
   */
  public void follow(Rules node, long recordRevision, Budget budget, Policy policy) {
    if (rules != node || revision != recordRevision) {
      rules = node;
      revision = recordRevision;
      apply(node.budget().with(budget));
      apply(node.policy().with(policy));
    }
  }

  /** As {@link #follow(Rules, long, Budget, Policy)}, where there is no record. */
  public void follow(Rules node) {
    follow(node, Long.MIN_VALUE, Budget.UNSAID, Policy.UNSAID);
  }

  private void apply(Budget budget) {
    maxConnections = budget.most(Part.CONNECTIONS);
    maxRequests = budget.most(Part.REQUESTS_PER_CONNECTION);
    maxBuffered = budget.most(Part.BUFFERED);
    connecting.set(budget.most(Part.CONNECTIONS_PER_SECOND), budget.most(Part.CONNECTION_BURST));
    asking.set(budget.most(Part.REQUESTS_PER_SECOND), budget.most(Part.REQUEST_BURST));
  }

  private void apply(Policy policy) {
    endpoint = policy.endpoint().orElse(true);
    uniform = policy.uniformErrors().orElse(false);
    tokens = policy.tokens().orElse(Tokens.OFF);
    sourceChecked = policy.checkSource().orElse(false);
    hops = policy.hops();
    Set<Subject> next = EnumSet.noneOf(Subject.class);
    next.addAll(policy.deny().orElse(Set.of()));
    denied = next;
  }

  /**
   * Takes a place for a connection; null where there is one.
   *
   * @param scarce true where the node has few places left
   */
  public @Nullable Excess tryConnect(long now, boolean scarce) {
    if (scarce && connections >= FEW) {
      return Excess.NODE;
    }
    if (connections >= maxConnections) {
      return Excess.CONNECTIONS;
    }
    if (!connecting.tryNext(now)) {
      return Excess.CONNECTION_RATE;
    }
    connections++;
    return null;
  }

  /** A connection, with so many bytes that wait, is from now on this account's. */
  public void takeOver(Account from, long bytes) {
    from.disconnect(bytes);
    connections++;
    buffered += bytes;
  }

  /** A connection has ended, with so many bytes that waited. */
  public void disconnect(long bytes) {
    connections--;
    buffered -= bytes;
  }

  /** Lets a request through, or says which budget it is beyond. */
  public @Nullable Excess tryAsk(long now) {
    if (isOverfull()) {
      return Excess.BUFFERED;
    }
    return asking.tryNext(now) ? null : Excess.REQUEST_RATE;
  }

  /** So many bytes more wait than before, or fewer. */
  public void buffer(long more) {
    buffered += more;
  }

  /** True where more bytes wait than may. */
  public boolean isOverfull() {
    return buffered > maxBuffered;
  }

  /** Requests that one connection may have. */
  public int maxRequests() {
    return maxRequests;
  }

  public boolean isEndpointOn() {
    return endpoint;
  }

  public boolean isUniform() {
    return uniform;
  }

  /** The lines of the audit log about it. */
  public AuditQuota auditQuota() {
    return auditQuota;
  }

  /** True where its requests have to come from its port's fixed IPs. */
  public boolean isSourceChecked() {
    return sourceChecked;
  }

  /** Hops that its answers may take, as the kernel takes it. */
  public int hops() {
    return hops;
  }

  public Tokens tokens() {
    return tokens;
  }

  public boolean denies(Subject subject) {
    return denied.contains(subject);
  }

  /** True once: for the log, which names each VM that asks without a token. */
  public boolean isNewlyTokenless() {
    boolean first = !reported;
    reported = true;
    return first;
  }

  int connections() {
    return connections;
  }

  /** True where forgetting it changes nothing for the VM. */
  boolean isIdle(long now) {
    return connections == 0
        && connecting.isRested(now)
        && asking.isRested(now)
        && auditQuota.isRested(now);
  }
}
