{
  "targets": [
    {
      "target_name": "redwing",
      "sources": [
        "<!@(node -p \"require('fs').readdirSync('native',{recursive:true}).filter(f=>f.endsWith('.cc')&&!f.startsWith('test')).map(f=>'native/'+f.split(require('path').sep).join('/')).sort().join(' ')\")"
      ],
      "include_dirs": ["native", "<!(node -p \"require('node-addon-api').include_dir\")"],
      "defines": ["NAPI_VERSION=9", "NODE_ADDON_API_DISABLE_DEPRECATED"],
      "cflags!": ["-O2", "-fno-exceptions"],
      "cflags_cc!": ["-O2", "-fno-rtti", "-fno-exceptions", "-std=gnu++17", "-std=gnu++20"],
      "cflags_cc": ["-std=c++20", "-O3", "-fno-exceptions", "-fno-plt", "-fno-semantic-interposition", "-fvisibility=hidden", "-flto=auto", "-Wall", "-Wextra", "-Werror", "<!@(node native/binding/compiler-flags.mjs)"],
      "defines+": ["NAPI_DISABLE_CPP_EXCEPTIONS"],
      "ldflags": ["-flto=auto", "-O3", "<!@(node native/binding/compiler-flags.mjs)"],
      "xcode_settings": {
        "CLANG_CXX_LANGUAGE_STANDARD": "c++20",
        "GCC_OPTIMIZATION_LEVEL": "3",
        "MACOSX_DEPLOYMENT_TARGET": "11.0",
        "OTHER_CPLUSPLUSFLAGS": ["-Wall", "-Wextra", "-Werror"]
      },
      "msvs_settings": { "VCCLCompilerTool": { "AdditionalOptions": ["/std:c++20"] } }
    }
  ]
}
