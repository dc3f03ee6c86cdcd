#!/bin/sh
# How much of protocols/ its own tests reach: lines and branches of each file, then the whole.
#
#   sh tests/coverage.sh            ends with 1 below 100 % of lines or 98 % of branches
#   sh tests/coverage.sh --lines    also shows every line that is not reached
set -eu
cd "$(dirname "$0")/.."
build=build/coverage
unset CCACHE_BASEDIR CCACHE_NOHASHDIR  # ccache would make the paths relative, and llvm-cov not find the sources by them
cmake --preset coverage -DRASTRO_TESTS=ON >/dev/null
cmake --build --preset coverage --target protocol_tests vector_test

rm -rf $build/profiles
mkdir -p $build/profiles
programs="$(find $build/tests/unit -maxdepth 1 -type f -perm -u+x -name '*_test') $build/tests/vectors/vector_test"
objects=
for program in $programs; do
  LLVM_PROFILE_FILE=$build/profiles/${program##*/}.profraw "$program" >$build/profiles/log 2>&1 || {
    cat $build/profiles/log
    exit 1
  }
  objects="$objects${objects:+ -object} $program"
done
llvm-profdata-14 merge -o $build/profiles/all.profdata $build/profiles/*.profraw

sources=$(git ls-files 'protocols/*.cc' 'protocols/*.h' | grep -v 'teltonika/generate')
# shellcheck disable=SC2086
if [ "${1:-}" = --lines ]; then
  llvm-cov-14 show -show-instantiations=false $objects -instr-profile=$build/profiles/all.profdata $sources |
    awk '/^[^ ].*:$/ { file = $0 } /\|      0\|/ { print file $0 }'
fi
# Lines are counted once however often a template is instantiated (lcov form); of branches llvm-cov's summary takes the
# instantiation that reaches most.
# shellcheck disable=SC2086
llvm-cov-14 export -format=lcov $objects -instr-profile=$build/profiles/all.profdata $sources >$build/profiles/lines
# shellcheck disable=SC2086
llvm-cov-14 export -summary-only $objects -instr-profile=$build/profiles/all.profdata $sources >$build/profiles/branches
python3 - $build/profiles/lines $build/profiles/branches <<'END'
import json, sys

lines = {}
for text in open(sys.argv[1]):
    if text.startswith("SF:"):
        of_file = lines.setdefault(text[3:].strip(), {})
    elif text.startswith("DA:"):
        number, count = text[3:].split(",")[:2]
        of_file[number] = of_file.get(number, 0) + int(count)
branches = {f["filename"]: f["summary"]["branches"] for f in json.load(open(sys.argv[2]))["data"][0]["files"]}

def row(name, reached, all_lines, taken, all_branches):
    def share(part, whole):
        return 100 * part / whole if whole else 100
    print("%-40s %5d of %5d lines %6.2f %%   %5d of %5d branches %6.2f %%" %
          (name, reached, all_lines, share(reached, all_lines), taken, all_branches, share(taken, all_branches)))

total = [0, 0, 0, 0]
for name in sorted(lines):
    figures = [sum(1 for count in lines[name].values() if count), len(lines[name]),
               branches[name]["covered"], branches[name]["count"]]
    row(name.split("/protocols/")[-1], *figures)
    total = [a + b for a, b in zip(total, figures)]
row("protocols/", *total)
good = total[0] == total[1] and total[2] >= 0.98 * total[3]
print("as wished: 100 % of lines, 98 % of branches" if good else "LESS than 100 % of lines and 98 % of branches")
sys.exit(0 if good else 1)
END
