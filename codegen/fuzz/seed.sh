#!/bin/sh
# Fills corpus/load with the specs of the repository, the fixtures and the wrong specs of the tests: product, resource
# and types in one file each.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
into="$here/corpus/load"
mkdir -p "$into"

# join PRODUCT RESOURCE TYPES NAME
join() {
    {
        cat "$1"
        printf '\n%%%%%%%%\n'
        cat "$2"
        printf '\n%%%%%%%%\n'
        if [ -f "$3" ]; then cat "$3"; fi
    } >"$into/$4.seed"
}

for product in "$here"/../../spec/*/product.yaml "$here"/../tests/fixtures/*/product.yaml; do
    folder=$(dirname "$product")
    for resource in "$folder"/*.yaml; do
        name=$(basename "$resource" .yaml)
        case $name in product | types) continue ;; esac
        join "$product" "$resource" "$folder/types.yaml" "$(basename "$folder")_$name"
    done
done

# Parts that a wrong spec does not have come from bad/product.yaml, or are not needed.
for case in "$here"/../tests/bad/*/; do
    product="$case/product.yaml"
    if [ ! -f "$product" ]; then product="$here/../tests/bad/product.yaml"; fi
    for resource in "$case"*.yaml; do
        if [ ! -f "$resource" ]; then continue; fi
        name=$(basename "$resource" .yaml)
        case $name in types) continue ;; esac
        if [ "$name" = product ]; then resource=/dev/null; fi
        join "$product" "$resource" "$case/types.yaml" "$(basename "$case")_$name"
    done
done
echo "$(find "$into" -name '*.seed' | wc -l) seeds in $into"
