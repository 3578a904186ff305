package io.tapmeta.proxy.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.tapmeta.proxy.metrics.NodeMetrics;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;

/** What knows what, and what nobody does. */
@AnalyzeClasses(packages = "io.tapmeta", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String RESOLVER = "io.tapmeta.resolver..";
  private static final String CLI = "io.tapmeta.proxy.cli..";
  private static final String KERNEL = "io.tapmeta.proxy.kernel..";

  /** On event loops, or in the way of them. */
  private static final String[] DATA_PATH = {
    "io.tapmeta.proxy.http..",
    "io.tapmeta.proxy.document..",
    "io.tapmeta.proxy.gate..",
    "io.tapmeta.proxy.token..",
    "io.tapmeta.proxy.metrics..",
    "io.tapmeta.proxy.upstream.."
  };

  @ArchTest
  static void bothModulesAreLookedAt(JavaClasses classes) {
    assertThat(classes.contain("io.tapmeta.resolver.Resolver")).isTrue();
    assertThat(classes.contain("io.tapmeta.proxy.Tapmeta")).isTrue();
    assertThat(classes.contain("io.tapmeta.proxy.architecture.ArchitectureTest")).isFalse();
  }

  @ArchTest
  static final ArchRule theResolverKnowsNoNettyNoHttpAndNoProxy =
      noClasses()
          .that()
          .resideInAPackage(RESOLVER)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.netty..", "java.net.http..", "com.sun.net.httpserver..", "io.tapmeta.proxy..");

  @ArchTest
  static final ArchRule documentsKnowNoChannel =
      noClasses()
          .that()
          .resideInAPackage("io.tapmeta.proxy.document..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.netty..",
              "io.tapmeta.proxy.http..",
              "io.tapmeta.proxy.listen..",
              "io.tapmeta.proxy.admin..",
              CLI);

  @ArchTest
  static final ArchRule theGateStandsAlone =
      classes()
          .that()
          .resideInAPackage("io.tapmeta.proxy.gate..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.tapmeta.proxy.gate..",
              "io.tapmeta.resolver.ingress..",
              "io.tapmeta.resolver.instance..",
              "java..",
              "org.jspecify.annotations..");

  @ArchTest
  static final ArchRule httpKnowsNothingOfListenersAdminAndCommandLine =
      noClasses()
          .that()
          .resideInAPackage("io.tapmeta.proxy.http..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.tapmeta.proxy.listen..", "io.tapmeta.proxy.admin..", CLI);

  @ArchTest
  static final ArchRule configurationIsValues =
      noClasses()
          .that()
          .resideInAPackage("io.tapmeta.proxy.config..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.tapmeta.proxy..")
                  .and(not(resideInAPackage("io.tapmeta.proxy.config.."))));

  @ArchTest
  static final ArchRule nobodyKnowsTheCommandLine =
      noClasses()
          .that()
          .resideOutsideOfPackage(CLI)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(CLI);

  @ArchTest
  static final ArchRule thePackagesOfTheResolverHaveNoCycles =
      slices().matching("io.tapmeta.resolver.(*)..").should().beFreeOfCycles();

  /** But for one: the node's meters count attachments by their states, which are the listeners'. */
  @ArchTest
  static final ArchRule thePackagesOfTheProxyHaveNoCycles =
      slices()
          .matching("io.tapmeta.proxy.(*)..")
          .should()
          .beFreeOfCycles()
          .ignoreDependency(
              equivalentTo(NodeMetrics.class), resideInAPackage("io.tapmeta.proxy.listen.."));

  @ArchTest
  static final ArchRule nativeAccessIsTheKernelsAlone =
      noClasses()
          .that()
          .resideOutsideOfPackage(KERNEL)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.lang.foreign..")
          .orShould()
          .callMethod(System.class, "loadLibrary", String.class)
          .orShould()
          .callMethod(System.class, "load", String.class);

  @ArchTest
  static final ArchRule onlyTheCommandLineEndsTheProcess =
      noClasses()
          .that()
          .resideOutsideOfPackage(CLI)
          .should()
          .callMethod(System.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "halt", int.class);

  @ArchTest
  static final ArchRule onlyTheCommandLineWritesToStandardOutput =
      noClasses()
          .that()
          .resideOutsideOfPackage(CLI)
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err")
          .orShould()
          .callMethod(Throwable.class, "printStackTrace")
          .orShould()
          .callMethod(Throwable.class, "printStackTrace", PrintStream.class);

  @ArchTest
  static final ArchRule onlyTheDoctorStartsProcesses =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.tapmeta.proxy.doctor..")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(ProcessBuilder.class)
          .orShould()
          .callMethodWhere(target(name("exec")).and(target(owner(equivalentTo(Runtime.class)))));

  @ArchTest
  static final ArchRule nobodySleeps =
      noClasses()
          .should()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod(Thread.class, "sleep", long.class, int.class)
          .orShould()
          .callMethod(Thread.class, "sleep", java.time.Duration.class);

  @ArchTest
  static final ArchRule nothingOnTheDataPathWaits =
      noClasses()
          .that()
          .resideInAnyPackage(DATA_PATH)
          .should()
          .callMethod(TimeUnit.class, "sleep", long.class)
          .orShould()
          .callMethod(Object.class, "wait")
          .orShould()
          .callMethod(Object.class, "wait", long.class)
          .orShould()
          .callMethodWhere(
              target(
                      nameMatching(
                          "await|awaitUninterruptibly|sync|syncUninterruptibly|join|acquire"))
                  .and(target(not(owner(equivalentTo(String.class))))));

  @ArchTest
  static final ArchRule nothingOnTheWayToAGuestTouchesFiles =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.tapmeta.proxy.http..", "io.tapmeta.proxy.document..", "io.tapmeta.proxy.gate..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.nio.file..")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.io.File")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.io.FileInputStream");

  @ArchTest
  static final ArchRule namesSayWhatAThingIs =
      noClasses()
          .should()
          .haveSimpleNameEndingWith("Manager")
          .orShould()
          .haveSimpleNameEndingWith("Helper")
          .orShould()
          .haveSimpleNameEndingWith("Util")
          .orShould()
          .haveSimpleNameEndingWith("Utils")
          .orShould()
          .haveSimpleNameEndingWith("Impl");

  @ArchTest
  static final ArchRule packagesAreNamedForTheDomain =
      noClasses()
          .should()
          .resideInAnyPackage("..util..", "..common..", "..impl..", "..manager..", "..helper..");

  @ArchTest
  static final ArchRule everybodyLogsTheSameWay =
      noClasses()
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  "java.util.logging..",
                  "org.apache.commons.logging..",
                  "ch.qos.logback..",
                  "io.netty.util.internal.logging.."));

  @ArchTest
  static final ArchRule internalsOfNettyAreNettys =
      noClasses().should().dependOnClassesThat().resideInAPackage("io.netty.util.internal..");
}
